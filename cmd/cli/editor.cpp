#include "cmd/cli/editor.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
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

/// `field: value`, a line each.
std::string lines_of(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (value.find('\n') == std::string::npos) {
            out += name + ":" + (value.empty() ? "" : " ") + value + "\n";
            continue;
        }
        out += name + ": |\n";
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

std::map<std::string, std::string> read_text(std::string_view text, const meta::Entity& entity) {
    std::map<std::string, std::string> out;
    std::string* block = nullptr;
    bool first = false;
    int number = 0;
    for (std::string_view line : text::split(text, '\n')) {
        ++number;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (block != nullptr && (line.starts_with("  ") || line.empty())) {
            *block +=
                (first ? "" : "\n") + std::string(line.starts_with("  ") ? line.substr(2) : line);
            first = false;
            continue;
        }
        block = nullptr;
        if (line.empty() || line.starts_with('#'))
            continue;
        const auto colon = line.find(':');
        const std::string name(line.substr(0, colon));
        if (colon == std::string_view::npos || entity.find(name) == nullptr) {
            Error e(Fault::usage, "bad_text",
                    fmt::format("line {} is not 'field: value': {}", number,
                                text::visible(text::clipped(line, 40))));
            suggest(e, name, entity.field_names());
            throw e;
        }
        const std::string_view value = text::trimmed(line.substr(colon + 1));
        std::string& kept = out[name];
        if (value == "|")
            block = &kept;
        first = true;
        kept = value == "|" ? "" : value;
    }
    for (auto& [name, value] : out)
        while (value.ends_with('\n'))
            value.pop_back();
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
