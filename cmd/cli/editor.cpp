#include "cmd/cli/editor.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace crm::cmd {

std::vector<std::pair<std::string, std::string>> editable(const store::Record& record,
                                                          const meta::Model& model) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const meta::FieldInfo& field : record.entity->fields())
        if (!field.is(meta::mirror) && !field.is(meta::derived) &&
            field.type() != meta::Type::extra)
            out.emplace_back(field.name(), store::history_text(record, field, model));
    return out;
}

namespace {

/// What begins a text of several lines: trailing blank lines are dropped, or are part of it.
constexpr std::string_view block_mark = "|", exact_mark = "|+";

/// Whether a value can stand behind its colon and comes back as it is.
bool fits_behind_colon(std::string_view value) {
    return value.find('\n') == value.npos && !value.ends_with('\r') &&
           text::trimmed(value) == value && value != block_mark && value != exact_mark;
}

/// `field: value`, a line each.
std::string lines_of(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (fits_behind_colon(value)) {
            out += name + ":" + (value.empty() ? "" : " ") + value + "\n";
            continue;
        }
        out += fmt::format("{}: {}\n", name, value.ends_with('\n') ? exact_mark : block_mark);
        for (std::string_view line : text::split(value, '\n'))
            out += "  " + std::string(line) + "\n";
    }
    return out;
}

}  // namespace

std::string as_text(const store::Record& record,
                    const std::vector<std::pair<std::string, std::string>>& fields) {
    return fmt::format(
               "# {} {}\n# Edit the values after the colons, then save and quit. Without changes "
               "nothing is written.\n\n",
               record.short_id(), text::visible(record.label())) +
           lines_of(fields);
}

std::string as_form(const store::Record& record,
                    const std::vector<std::pair<std::string, std::string>>& fields) {
    return fmt::format(
               "# A new {}\n# Write values after the colons, then save and quit. Without "
               "values nothing is added.\n\n",
               record.entity->noun) +
           lines_of(fields);
}

namespace {

/// The lines below `field: |`, as one value.
class Block {
public:
    Block(std::string& value, bool exact) : value_(value), exact_(exact) {}

    /// Whether the line belongs to it.
    bool take(std::string_view line) {
        const bool indented = line.starts_with("  ");
        if (!indented && !text::trimmed(line).empty())
            return false;
        lines_.emplace_back(indented ? line.substr(2) : std::string_view());
        // What stands before the next field belongs to the text only where it is indented.
        if (indented && (exact_ || !lines_.back().empty()))
            length_ = lines_.size();
        return true;
    }
    void end() {
        lines_.resize(length_);
        value_ = text::joined(lines_, "\n");
    }

private:
    std::string& value_;
    bool exact_;
    std::vector<std::string> lines_;
    std::size_t length_ = 0;
};

/// Editors that end lines with CR LF do so everywhere; another CR is part of a value.
bool ends_lines_with_cr(const std::vector<std::string_view>& lines) {
    return lines.size() > 1 &&
           std::all_of(lines.begin(), lines.end() - 1,
                       [](std::string_view line) { return line.ends_with('\r'); });
}

[[noreturn]] void not_a_field(std::string_view line, std::size_t number, const std::string& name,
                              const meta::Entity& entity) {
    Error e(Fault::usage, "bad_text",
            fmt::format("line {} is not 'field: value': {}", number,
                        text::visible(text::clipped(line, 40))));
    suggest(e, name, entity.field_names());
    throw e;
}

}  // namespace

std::map<std::string, std::string> read_text(std::string_view text, const meta::Entity& entity) {
    std::map<std::string, std::string> out;
    std::optional<Block> block;
    const std::vector<std::string_view> lines = text::split(text, '\n');
    const bool with_cr = ends_lines_with_cr(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string_view line = lines[i];
        if (with_cr && line.ends_with('\r'))
            line.remove_suffix(1);
        if (block && block->take(line))
            continue;
        if (block)
            block->end();
        block.reset();
        if (text::trimmed(line).empty() || line.starts_with('#'))
            continue;
        const auto colon = line.find(':');
        const std::string name(line.substr(0, colon));
        if (colon == std::string_view::npos || entity.find(name) == nullptr)
            not_a_field(line, i + 1, name, entity);
        const std::string_view value = text::trimmed(line.substr(colon + 1));
        std::string& kept = out[name];
        if (value == block_mark || value == exact_mark) {
            kept.clear();
            block.emplace(kept, value == exact_mark);
        } else {
            kept = value;
        }
    }
    if (block)
        block->end();
    return out;
}

std::map<std::string, std::string> touched(
    const std::vector<std::pair<std::string, std::string>>& before, std::string_view saved,
    const meta::Entity& entity) {
    // Editors may remove blanks at the ends of lines.
    const auto bare = [](std::string_view value) {
        std::string out;
        for (const std::string_view line : text::split(value, '\n'))
            out += std::string(line.substr(0, line.find_last_not_of(" \t\r") + 1)) + "\n";
        while (out.ends_with('\n'))
            out.pop_back();
        return out;
    };
    std::map<std::string, std::string> out = read_text(saved, entity);
    for (const auto& [name, value] : before)
        if (const auto now = out.find(name); now != out.end() && bare(now->second) == bare(value) &&
                                             now->second.empty() == value.empty())
            out.erase(now);
    return out;
}

int write_edited(const Session& session, const std::string& path,
                 const std::function<int()>& write) {
    try {
        const int code = write();
        if (!session.rehearsal)
            ::unlink(path.c_str());
        return code;
    } catch (Error& e) {
        if (!e.hint.empty() && !e.hint.ends_with(' '))
            e.hint += "; ";
        e.hint += "your text is in " + path;
        throw;
    }
}

namespace {

/// Lets the editor work on a new file with the text; `path` is that file.
std::string run_editor(const Session& session, const std::string& text, std::string& path) {
    const char* editor = std::getenv("VISUAL");
    if (editor == nullptr || *editor == '\0')
        editor = std::getenv("EDITOR");
    if (editor == nullptr || *editor == '\0') {
        if (!session.env.in_tty || !session.env.out_tty)
            throw Error(Fault::usage, "no_terminal", "vi requires a terminal",
                        "set EDITOR, or give FIELD=VALUE");
        editor = "vi";
    }
    const char* folder = std::getenv("TMPDIR");
    path = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/crm-edit-XXXXXX";
    const int fd = ::mkstemp(path.data());
    if (fd < 0)
        throw Error(Fault::io, "create", path + " cannot be created: " + std::strerror(errno));
    ::close(fd);
    write_file(path, text);
    // The editor may be a command with arguments, as elsewhere; the file is an argument of its own.
    const std::string command = std::string(editor) + " \"$1\"";
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        // What was typed is kept; an unchanged file is removed, since it has personal data in it.
        std::string left;
        try {
            left = read_file(path);
        } catch (const Error&) {
        }
        const bool typed = !left.empty() && left != text;
        if (!typed)
            ::unlink(path.c_str());
        throw Error(Fault::io, "editor",
                    fmt::format("the editor {} failed; nothing was changed", editor),
                    typed ? "the text is in " + path : "");
    }
    return read_file(path);
}

}  // namespace

std::string edited(Session& session, const std::string& text, std::string& path) {
    if (!session.edit || session.edit->before != text) {
        std::string saved = run_editor(session, text, path);
        session.edit = Session::Edit{text, std::move(saved), path};
    }
    path = session.edit->path;
    return session.edit->after;
}

}  // namespace crm::cmd
