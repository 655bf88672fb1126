#include "cmd/cli/manual.hpp"

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "cmd/cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm {

/// cmd/cli/pages/*.md
std::span<const EmbeddedFile> manual_files();

}  // namespace crm

namespace crm::cmd {
namespace {

/// The file of which the page of every noun is made; NOUN and its like stand for the noun.
constexpr std::string_view noun_file = "crm-NOUN.md";
constexpr std::string_view topic_prefix = "crm-";
/// Not a page: the examples of the nouns (examples.hpp).
constexpr std::string_view examples_file = "examples.md";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

/// The first line of a file: "# crm-query(7): about".
struct Title {
    std::string_view name, about;
    int section;
};

Title title_of(std::string_view file) {
    const std::string_view title = file.substr(2, file.find('\n') - 2);
    const std::size_t open = title.find('(');
    return {title.substr(0, open), title.substr(title.find(": ") + 2), title[open + 1] - '0'};
}

/// A page out of its file: the title and the text below it.
Page read_page(std::string_view file, const meta::Model& model, const meta::Entity* noun) {
    const std::size_t end = file.find('\n');
    const Title title = title_of(file);
    Page page{.name = std::string(title.name),
              .section = title.section,
              .about = std::string(title.about),
              .text = {}};
    for (std::string_view line : text::split(file.substr(end + 1), '\n')) {
        if (line.starts_with("<!-- ") && line.ends_with(" -->")) {
            page.text += manual_table(line.substr(5, line.size() - 9), model, noun);
        } else {
            page.text += line;
            page.text += '\n';
        }
    }
    return page;
}

Page noun_page(std::string_view file, const meta::Entity& noun, const meta::Model& model) {
    std::string text = replaced(std::string(file), "NOUN_PREFIX", noun.prefix);
    text = replaced(std::move(text), "NOUN_ABOUT", noun.help);
    text = replaced(std::move(text), "NOUN_FIELDS", capitals(noun.noun) + " FIELDS");
    return read_page(replaced(std::move(text), "NOUN", noun.noun), model, &noun);
}

std::vector<Page> pages(const meta::Model& model) {
    std::vector<Page> all;
    for (const EmbeddedFile& file : manual_files()) {
        if (file.name == examples_file)
            continue;
        if (file.name != noun_file) {
            all.push_back(read_page(file.text, model, nullptr));
            continue;
        }
        for (const meta::Entity& noun : model.entities())
            all.push_back(noun_page(file.text, noun, model));
    }
    return all;
}

int run_manual(Session& session, const Arguments& args) {
    const std::vector<Page> all = pages(session.model());
    if (args.flag("list")) {
        for (const Page& page : all)
            session.out.write(fmt::format("{}.{}\n", page.name, page.section));
        return 0;
    }
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "__manual requires a page or --list");
    const std::string& wanted = args.words.front();
    const auto page = std::ranges::find_if(all, [&](const Page& p) {
        return p.name == wanted || fmt::format("{}.{}", p.name, p.section) == wanted;
    });
    if (page == all.end())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("there is no page '{}'", text::clipped(wanted, 60)),
                    "crm __manual --list");
    session.out.write(mdoc(*page));
    return 0;
}

}  // namespace

std::string_view manual_file(std::string_view name) {
    const auto file = std::ranges::find(manual_files(), name, &EmbeddedFile::name);
    return file == manual_files().end() ? std::string_view() : file->text;
}

std::vector<Topic> help_topics() {
    std::vector<Topic> out;
    for (const EmbeddedFile& file : manual_files()) {
        if (file.name == examples_file || file.name == noun_file)
            continue;
        const Title title = title_of(file.text);
        if (title.section != 1)
            out.push_back({title.name.substr(topic_prefix.size()), title.about});
    }
    return out;
}

std::optional<Page> topic_page(std::string_view topic, const meta::Model& model) {
    for (const EmbeddedFile& file : manual_files()) {
        if (file.name == examples_file || file.name == noun_file)
            continue;
        const Title title = title_of(file.text);
        if (title.section != 1 && title.name.substr(topic_prefix.size()) == topic)
            return read_page(file.text, model, nullptr);
    }
    return {};
}

Command manual() {
    return {.help = "Print a page of the manual as mdoc(7)",
            .arguments = {{.name = "PAGE", .kind = Kind::word, .help = "crm.1, crm-contact.1 …"}},
            .options = {{.name = "list", .help = "list the pages"}},
            .run = run_manual,
            .hidden = true};
}

}  // namespace crm::cmd
