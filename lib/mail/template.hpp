#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Templates of mails, letters and scripts: {{name}}, {{#name}}…{{/name}} where there is a value
/// (for a list once for each), {{^name}}…{{/name}} where there is none, {{! comment}}. There is no
/// unescaped form and no code.
namespace crm::mail {

/// Values by path: none, one, or those of a list.
using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

/// A template that was read: text, tags and sections.
class Template {
public:
    struct Piece {
        enum class Kind { text, tag, open, open_inverted, close } kind;
        std::string text;    ///< the text, or the path
        std::size_t at = 0;  ///< where it begins in the template
    };

    /// Throws usage where a section is not closed or crosses another; the error shows the line.
    explicit Template(std::string_view text, std::string_view name);
    const std::vector<Piece>& pieces() const { return pieces_; }
    /// All paths, also of sections that may not be taken, with their places.
    std::vector<const Piece*> paths() const;
    /// An error about a place in the template.
    Error wrong(const Piece& piece, std::string code, std::string message,
                std::string hint = {}) const;

    /// Filled with values, as plain text.
    std::string filled(const Values& values) const;

private:
    Error at(std::size_t place, std::string code, std::string message, std::string hint) const;
    void check_sections() const;

    std::string text_, name_;
    std::vector<Piece> pieces_;
};

/// A template in Markdown, rendered once and filled many times. Values never become markup: they
/// are put into the rendered text and escaped for the place where they stand.
class MarkdownTemplate {
public:
    explicit MarkdownTemplate(const Template& source);

    std::string text(const Values& values) const;
    std::string html(const Values& values) const;

private:
    struct Slot {
        enum class Place { text, attribute, url } place;
        std::string before;                      ///< rendered text before it
        const Template::Piece* piece = nullptr;  ///< null: the end
    };
    std::vector<Slot> slots(std::string_view rendered, bool html) const;

    std::vector<Template::Piece> pieces_;
    std::string mark_;  ///< begins the word that stands for a piece
    std::vector<Slot> text_, html_;
};

}  // namespace crm::mail
