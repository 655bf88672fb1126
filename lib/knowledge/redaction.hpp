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
    /// The same of a number such as SN-77, however it is parted: SN 77, SN77, S/N 77.
    void add_number(std::string_view number, std::string_view mark);

    /// The text with marks, in plain characters: without zero-width ones, and full-width letters
    /// as usual ones. A part of a longer phrase is not replaced apart.
    std::string run(std::string_view text);

    struct Replaced {
        std::string text, mark;
        int places = 0;
    };
    /// What was replaced so far, in the order of the texts.
    const std::vector<Replaced>& replaced() const { return replaced_; }

private:
    class Finder;
    using Marks = std::map<std::string, std::string, std::less<>>;

    /// The mark of what is known under these words, which are without blanks in `number`.
    std::string_view mark_of(const std::string& phrase, const std::string& number) const;
    void note(std::string_view text, std::string_view mark);

    Marks phrases_;            ///< by their words
    Marks numbers_;            ///< by their letters and digits
    std::size_t longest_ = 0;  ///< in words
    std::vector<Replaced> replaced_;
    std::map<std::pair<std::string, std::string>, std::size_t> known_;  ///< where in replaced_
};

}  // namespace crm::knowledge
