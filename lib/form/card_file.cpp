#include "base/text.hpp"
#include "form/card.hpp"
#include "form/charset.hpp"
#include "form/vcard_lines.hpp"

namespace crm::form {
namespace {

void deliver(Card&& card, const std::string& file, std::string_view raw, Intake& intake) {
    std::vector<Card> agents = std::move(card.agents);
    const long line = card.line;
    if (card.refused) {
        intake.trouble({file, card.flaw_line, std::move(card.flaw), true, kept_raw(raw)});
        return;
    }
    if (!card.flaw.empty())
        intake.trouble({file, card.flaw_line, std::move(card.flaw), false, {}});
    if (auto draft = draft_of(std::move(card), file)) {
        draft->raw = raw;
        intake.take(std::move(*draft));
    } else
        intake.trouble({file, line, draft.error().message, true, kept_raw(raw)});
    for (Card& agent : agents)
        deliver(std::move(agent), file, {}, intake);
}

}  // namespace

void read_cards(std::string_view bytes, const std::string& file, Intake& intake) {
    std::string held;
    switch (encoding_of(bytes)) {
        case Encoding::bytes:
            break;
        case Encoding::utf8_bom:
            bytes.remove_prefix(3);
            break;
        default:
            auto text = decoded(std::string(bytes));
            if (!text)
                return intake.trouble({file, 1, text.error().message, true, {}});
            held = std::move(*text);
            bytes = held;
    }
    std::size_t cards = 0, strays = 0;
    const CardSink sink{
        [&](Card&& card) {
            ++cards;
            const std::string_view raw = card.raw;
            deliver(std::move(card), file, raw, intake);
        },
        [&](long line, std::string why) {
            ++strays;
            intake.trouble({file, line, std::move(why), false, {}});
        },
        [&](std::size_t read) { intake.progress(read); },
    };
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    const char start = first == std::string_view::npos ? '\0' : bytes[first];
    Expected<void> done;
    if (start == '<' || start == '[') {
        if (!text::valid(bytes)) {
            held = from_charset(bytes, {});
            bytes = held;
        }
        done = start == '<' ? read_xcards(bytes, sink) : read_jcards(bytes, sink);
    } else {
        read_vcards(bytes, sink);
    }
    if (!done)
        intake.trouble({file, static_cast<long>(done.error().at), done.error().message, true, {}});
    else if (cards == 0 && strays > 0)
        intake.trouble({file, 1, "the file has no card", true, {}});
}

}  // namespace crm::form
