#include "base/text.hpp"
#include "form/json_lines.hpp"
#include "form/json_reader.hpp"
#include "meta/type.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace crm;
using namespace crm::form;

namespace {

void must(bool holds) {
    if (!holds)
        std::abort();
}

/// Reads a value and writes it down again.
std::string copy(JsonReader& in) {
    std::string out;
    const auto separated = [&] { out += out.size() > 1 ? "," : ""; };
    switch (in.next()) {
        case JsonReader::Kind::text: {
            const std::string text = in.text();
            must(text::valid(text) && text.find('\0') == text.npos);
            meta::json_string(text, out);
            must(JsonReader(out).text() == text);
            return out;
        }
        case JsonReader::Kind::array:
            out = "[";
            in.array([&] { separated(), out += copy(in); });
            return out + "]";
        case JsonReader::Kind::object:
            out = "{";
            in.object([&](const std::string& name) {
                separated();
                meta::json_string(name, out);
                out += ":" + copy(in);
            });
            return out + "}";
        default:
            return std::string(in.skip());
    }
}

struct Checked : Intake {
    void take(Draft&& draft) override {
        for (const DraftField& told : draft.fields)
            must(text::valid(told.value) && text::valid(told.field));
    }
    void trouble(Trouble&& trouble) override { must(!trouble.why.empty()); }
    void progress(std::size_t) override {}
};

}  // namespace

/// What is passed is what is read; what is written of it is read again as the same; records of it
/// are valid.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    bool passed = false;
    try {
        JsonReader in(json);
        in.skip();
        in.end();
        passed = true;
    } catch (const Error&) {
    }
    try {
        JsonReader in(json);
        const std::string once = copy(in);
        in.end();
        must(passed);
        JsonReader again(once);
        must(copy(again) == once);
        again.end();
    } catch (const Error&) {
        must(!passed);
    }
    static const meta::Model model;
    Checked intake;
    (void)import_json(json, "fuzz", model.get("contact"), intake);
    return 0;
}
