#include "report/numbers.hpp"

#include <fmt/format.h>

#include <cmath>

namespace crm::report {

std::string rounded_text(double number, int digits) {
    // 2.675 is kept as 2.67499999999999982: the next but one is above the half.
    const double end = number < 0 ? -HUGE_VAL : HUGE_VAL;
    const double nudged = number == 0 ? 0 : std::nextafter(std::nextafter(number, end), end);
    std::string out = fmt::format("{:.{}f}", nudged, digits);
    if (out.starts_with('-') && out.find_first_of("123456789") == std::string::npos)
        out.erase(0, 1);
    return out;
}

}  // namespace crm::report
