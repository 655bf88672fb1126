#pragma once

#include "cmd/cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Man pages, out of the tables that the parser reads and of prose.
namespace crm::cmd {

/// A page in a small markup, from which mdoc(7) is made:
///   # SECTION, ## Subsection
///   - term :: what it is        an item of a list
///       indented by four        shown as it stands
///   @ mdoc                      a line of mdoc, taken over
/// and paragraphs between empty lines, where `…` is what is typed and crm-query(7) a reference.
/// Lines may be of any length.
struct Page {
    std::string name;  ///< crm-contact
    int section = 1;
    std::string about;
    std::string text;
};

/// mdoc(7) in ASCII, clean for mandoc -T lint -W style.
std::string mdoc(const Page& page);

/// A line of help with its full stop.
std::string sentence(std::string_view help);
/// "CRM-CONTACT" of "crm-contact".
std::string capitals(std::string_view ascii);
/// A list of what the options are, in the markup.
std::string option_items(std::span<const Option> options);
/// Examples of commands, each with what it does.
std::string example_lines(std::span<const Example> examples);

Page program_page(const meta::Model& model);
Page noun_page(const meta::Entity& noun, const meta::Model& model);
Page query_page(const meta::Model& model);
Page dates_page();
Page formats_page(const meta::Model& model);
Page exit_page();

}  // namespace crm::cmd
