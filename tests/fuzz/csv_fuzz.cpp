#include "form/csv.hpp"
#include "form/csv_layout.hpp"
#include "tests/csv_row.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// Any bytes are read to the end, and the rows that came out are read back as they were after
/// writing them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace crm::form;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const CsvLayout layout = csv_layout(bytes);
    CsvReader reader(bytes, layout.delimiter, layout.header, layout.line);
    std::vector<std::vector<std::string>> rows;
    std::string out;
    for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
        if (step != CsvReader::Step::row)
            continue;
        rows.emplace_back(reader.cells().begin(), reader.cells().end());
        csv_row(reader.cells(), {layout.delimiter, size % 2 == 0}, out);
    }
    if (layout.delimiter == '\n')
        return 0;
    std::size_t at = 0;
    CsvReader again(out, layout.delimiter);
    for (auto step = again.next(); step != CsvReader::Step::end; step = again.next(), ++at) {
        if (step != CsvReader::Step::row || at >= rows.size() ||
            again.cells().size() != rows[at].size())
            std::abort();
        for (std::size_t i = 0; i < rows[at].size(); ++i)
            if (unprefixed(again.cells()[i]) != rows[at][i])
                std::abort();
    }
    if (at != rows.size())
        std::abort();
    return 0;
}
