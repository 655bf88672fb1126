#include "base/text.hpp"
#include "form/ics.hpp"
#include "form/ics_zone.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace crm;
using namespace crm::form;

namespace {

void read_values(const Component& component) {
    for (const Property& property : component.properties) {
        if (!text::valid(property.value))
            std::abort();
        ics_time(property);
        ics_times(property);
        ics_duration(property.value);
    }
    if (component.name == "VTIMEZONE") {
        const IcsZone zone(component, {0}, {std::int64_t{86400} * 400});
        if (zone.offset(0) < -90'000 || zone.offset(0) > 90'000)
            std::abort();
    }
    for (const Component& part : component.parts)
        read_values(part);
}

}  // namespace

/// What is read can be written, and is the same when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Calendar first = read_ics(std::string_view(reinterpret_cast<const char*>(data), size));
    for (const Component& component : first.components)
        read_values(component);
    const std::string written = calendar_text(first.components);
    if (!text::valid(written))
        std::abort();
    // Lines of vCard 2.1 end with '=' where they go on; a fold may make such an end.
    const bool soft_ends = text::lower_ascii(written).find("printable") != std::string::npos;
    if (!soft_ends && calendar_text(read_ics(written).components) != written)
        std::abort();
    return 0;
}
