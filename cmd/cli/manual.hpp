#pragma once

#include "cmd/cli/command.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The manual: pages in Markdown (cmd/cli/pages), tables of the program put into them, and mdoc(7)
/// made of both.
namespace crm::cmd {

/// A page of the manual in Markdown, without its title. Of Markdown, mdoc() knows:
///   ## SECTION, ### Subsection
///   - term: description         an item of a list; the term ends at the first ": " or " :: "
///                               outside of `…`
///   ``` … ```                   shown as it stands; so is a line indented by four blanks
///   @ mdoc                      (not Markdown) a line of mdoc, taken over
/// and paragraphs between empty lines, where `…` is what is typed, *…* what it stands for, and
/// crm-query(7) a reference. Lines may be of any length.
struct Page {
    std::string name;  ///< crm-contact
    int section = 1;
    std::string about;  ///< one line, for NAME
    std::string text;
};

/// A file of cmd/cli/pages; empty where there is none.
std::string_view manual_file(std::string_view name);

/// A page of sections 5 and 7, which is about no command: crm help dates.
struct Topic {
    std::string_view name;  ///< dates, of crm-dates(7)
    std::string_view about;
};
std::vector<Topic> help_topics();
/// The page of a topic; nothing where there is none.
std::optional<Page> topic_page(std::string_view topic, const meta::Model& model);

/// An item of a list: "term: description" or "term :: description". A colon within `…` belongs to
/// the term.
struct ManualItem {
    std::string_view term, description;
};
ManualItem read_item(std::string_view text);

/// mdoc(7) in ASCII, clean for mandoc -T lint -W style.
std::string mdoc(const Page& page);

// --- tables of the program, in Markdown (manual_tables.cpp)

/// The text that takes the place of the line `<!-- name -->` of a page. `noun` is null on pages
/// that are not about one. Throws Error{internal} for an unknown name.
std::string manual_table(std::string_view name, const meta::Model& model, const meta::Entity* noun);

/// "CRM-CONTACT" of "crm-contact".
std::string capitals(std::string_view ascii);

}  // namespace crm::cmd
