#include "base/text.hpp"
#include "form/card.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace crm;
using namespace crm::form;

namespace {

/// Whatever comes in, what goes on is valid UTF-8 and can be written.
struct Checked : Intake {
    void take(Draft&& draft) override {
        Exported record{draft.noun, {}, {}, {}, {}};
        for (const DraftField& t : draft.fields) {
            if (!text::valid(t.value) || !text::valid(t.field) || !text::valid(t.source))
                std::abort();
            record.fields.emplace_back(t.field, t.value);
        }
        if (draft.account && !text::valid(draft.account->fields.front().value))
            std::abort();
        if (!text::valid(card_text(record, 3)) || !text::valid(card_text(record, 4)))
            std::abort();
    }
    void trouble(Trouble&& trouble) override {
        if (trouble.why.empty())
            std::abort();
    }
    void progress(std::size_t) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Checked intake;
    read_cards(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz", intake);
    return 0;
}
