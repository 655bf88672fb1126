#include "base/phone_module.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

/// The loadable module crm-phone.so: national telephone numbers by libphonenumber.

extern "C" std::size_t crm_phone_e164(const char* digits, const char* country, char* out,
                                      std::size_t size) {
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    try {
        const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (util.Parse(digits, country, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
            return 0;
        if (!util.IsValidNumber(number))
            return 0;
        std::string formatted;
        util.Format(number, PhoneNumberUtil::E164, &formatted);
        if (formatted.size() > size)
            return 0;
        std::memcpy(out, formatted.data(), formatted.size());
        return formatted.size();
    } catch (...) {
        return 0;  // no exception may leave a C function
    }
}
