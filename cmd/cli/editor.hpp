#pragma once

#include "cmd/cli/session.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

/// A record as text for the editor of the person at the prompt.
namespace crm::cmd {

/// What can be changed in a record, field by field, as assignments take it.
std::vector<std::pair<std::string, std::string>> editable(const store::Record& record,
                                                          const meta::Model& model);
/// `field: value`, a line each; what would not come back so, such as several lines, below
/// `field: |`, indented by two blanks, with `|+` where it ends with blank lines. Lines with # are
/// remarks.
std::string as_text(const store::Record& record,
                    const std::vector<std::pair<std::string, std::string>>& fields);
/// The same of a record to be added, whose fields are empty.
std::string as_form(const store::Record& record,
                    const std::vector<std::pair<std::string, std::string>>& fields);
/// The fields of such a text. Throws usage with the line that cannot be read.
std::map<std::string, std::string> read_text(std::string_view text, const meta::Entity& entity);
/// The fields of such a text that are not as they were, apart from blanks at the ends of lines.
std::map<std::string, std::string> touched(
    const std::vector<std::pair<std::string, std::string>>& before, std::string_view saved,
    const meta::Entity& entity);
/// Hands the text to VISUAL, EDITOR or vi and returns it as it was saved; `path` is the file, which
/// stays. Throws io when the editor fails (a text that was not touched is gone then), usage where
/// there is none and no terminal for vi. A text that was edited in a rehearsal is not edited again.
std::string edited(Session& session, const std::string& text, std::string& path);
/// Runs what reads and writes a text that was edited; then its file goes, unless this is only a
/// rehearsal. An error names the file.
int write_edited(const Session& session, const std::string& path,
                 const std::function<int()>& write);

}  // namespace crm::cmd
