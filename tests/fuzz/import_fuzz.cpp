#include "base/text.hpp"
#include "form/card.hpp"
#include "form/charset.hpp"
#include "form/import_plan.hpp"
#include "form/json_lines.hpp"
#include "form/ldif.hpp"
#include "form/recognise.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace crm;
using namespace crm::form;

namespace {

/// Whatever a file is, what is told of it is valid UTF-8 of fields that have a noun, or an extra
/// property, and every refusal has a reason.
struct Checked : Intake {
    void take(Draft&& draft) override {
        if (draft.noun.empty())
            std::abort();
        for (const DraftField& t : draft.fields)
            if ((t.field.empty() && (!t.keep_as_extra || t.source.empty())) ||
                !text::valid(t.source) || !text::valid(t.value) || !text::valid(t.field))
                std::abort();
        if (draft.account)
            take(std::move(*draft.account));
    }
    void trouble(Trouble&& trouble) override {
        if (trouble.why.empty() || !text::valid(trouble.why))
            std::abort();
    }
    void progress(std::size_t) override {}
};

}  // namespace

/// Any bytes go the way of `crm contact import -`: recognised, decoded, read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const meta::Model model;
    const meta::Entity& entity = model.get(size % 2 == 0 ? "contact" : "account");
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const auto kind = recognise(bytes, "-");
    if (!kind)
        return kind.error().message.empty() ? (std::abort(), 1) : 0;
    Checked intake;
    if (*kind == FileKind::vcard || *kind == FileKind::jcard || *kind == FileKind::xcard) {
        read_cards(bytes, "-", intake);
        return 0;
    }
    const auto text = decoded(std::string(bytes));
    if (!text)
        return 0;
    if (!text::valid(*text))
        std::abort();
    if (*kind == FileKind::ldif)
        import_ldif(*text, "-", model, intake);
    else if (*kind == FileKind::json)
        (void)import_json(*text, "-", entity, intake);
    else if (*kind == FileKind::csv)
        (void)import_csv(*text, "-", model, entity, {}, intake);
    return 0;
}
