#include "base/error.hpp"
#include "base/text.hpp"
#include "report/dashboard.hpp"
#include "report/report.hpp"
#include "report/sql_text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace crm;

namespace {

/// Faults of a file are usage errors that say where they are.
template <class Read>
bool reads(Read&& read) {
    try {
        read();
        return true;
    } catch (const Error& e) {
        if (e.fault != Fault::usage || !e.message.starts_with("f:") || !text::valid(e.message))
            std::abort();
        return false;
    }
}

}  // namespace

/// Any bytes are a report file or a dashboard, or a fault with its line. Each panel has one source.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    reads([&] {
        const report::Dashboard dashboard = report::read_dashboard("f", bytes);
        for (const report::DashboardPanel& panel : dashboard.panels)
            if (panel.words.empty() || panel.words[0].empty() || panel.line == 0)
                std::abort();
    });
    reads([&] { static_cast<void>(report::read_own_report(bytes, "f")); });
    std::size_t lines = 0;
    for (char c : bytes)
        lines += c == '\n' ? 1 : 0;
    for (const report::TableName& table : report::table_names(bytes))
        if (table.line < 0 || static_cast<std::size_t>(table.line) > lines)
            std::abort();
    static_cast<void>(report::first_of_order(bytes));
    return 0;
}
