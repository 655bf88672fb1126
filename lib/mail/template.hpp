#pragma once

#include "base/template.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

using Values = TemplateValues;

/// A template in Markdown, rendered once and filled many times. Values never become markup: they
/// are put into the rendered text and escaped for the place where they stand.
class MarkdownTemplate {
public:
    /// Throws usage where Markdown takes away the begin or the end of a section.
    explicit MarkdownTemplate(const Template& source);

    /// Refused as those of Template::filled.
    std::string text(const Values& values) const;
    std::string html(const Values& values) const;
    /// Whether the value of a path is in both parts, whatever the other values are.
    bool always_shows(std::string_view path) const;

private:
    struct Slot {
        enum class Place { text, attribute, url } place;
        std::string before;                      ///< rendered text before it
        const Template::Piece* piece = nullptr;  ///< null: the end
    };
    std::vector<Slot> slots(std::string_view rendered, bool html) const;
    static void check_sections(const Template& source, const std::vector<Slot>& slots);

    std::vector<Template::Piece> pieces_;
    std::string mark_;  ///< begins the word that stands for a piece
    std::vector<Slot> text_, html_;
};

}  // namespace crm::mail
