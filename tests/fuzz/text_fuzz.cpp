#include "base/phone.hpp"
#include "base/text.hpp"
#include "form/charset.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace crm;

namespace {
void hold(bool promise) {
    if (!promise)
        std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view s(reinterpret_cast<const char*>(data), size);
    const std::string clean = text::sanitised(s);
    hold(text::valid(clean) && clean.find('\0') == clean.npos);
    for (const auto& out :
         {text::folded(s), text::words(s), text::key(s), text::visible(s), text::clipped(s, 7)})
        if (text::valid(s))
            hold(text::valid(out));
    hold(text::width(text::clipped(s, 7)) <= 7);
    const std::string visible = text::visible(s);
    for (const unsigned char c : visible)
        hold(c >= 0x20 && c != 0x7F);
    hold(text::words(text::words(s)) == text::words(s));
    form::guessed_charset(s);
    if (const auto read = form::decoded(std::string(s)))
        hold(text::valid(*read) && read->find('\0') == read->npos);
    const std::string words[] = {std::string(s), "contact", clean};
    text::nearest(s, words);
    phone_extension(s);
    e164(s, "DE");
    hold(phone_key(s).size() <= 7);
    same_phone(s, clean);
    return 0;
}
