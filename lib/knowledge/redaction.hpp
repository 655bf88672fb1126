#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::knowledge {

/// Takes out of texts what tells whose they are. Names and other phrases are found without regard
/// to case and diacritics, as whole words; those in Chinese, Japanese and Korean anywhere. E-mail
/// addresses, telephone numbers of seven digits and more, IBANs, numbers of cards and IP addresses
/// are found without being known.
class Redaction {
public:
    /// A phrase that is replaced by the mark, which has brackets: [name].
    void add(std::string_view phrase, std::string_view mark);
    /// The same of a number such as SN-77, also written SN 77 and SN77.
    void add_number(std::string_view number, std::string_view mark);

    /// The text with marks. A part of a longer phrase is not replaced apart.
    std::string run(std::string_view text);

    struct Replaced {
        std::string text, mark;
        int places = 0;
    };
    /// What was replaced so far, in the order of the texts.
    const std::vector<Replaced>& replaced() const { return replaced_; }

private:
    struct Phrase {
        std::vector<std::string> words;  ///< folded
        std::string mark;
    };
    struct Span;
    struct Word;
    class Finder;

    void note(std::string_view text, std::string_view mark);

    std::vector<Phrase> phrases_;
    std::vector<std::pair<std::string, std::string>> anywhere_;  ///< text and mark
    std::vector<Replaced> replaced_;
};

/// The part of a mail or message that its writer wrote: without quoted history, greeting, closing
/// and signature.
std::string visible_text(std::string_view message);

}  // namespace crm::knowledge
