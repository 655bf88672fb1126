#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/versions.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <charconv>

/// kb versions: what title and text of an article were.
namespace crm::cmd {
namespace {

std::int64_t read_version(const std::string& typed) {
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (wrong != std::errc{} || end != typed.data() + typed.size())
        throw Error(Fault::usage, "bad_number",
                    fmt::format("'{}' is not the number of a version", typed),
                    "crm kb versions k1 lists them");
    return number;
}

void list_versions(Session& session, const store::Record& article) {
    Rows rows(session,
              {{"number", show::Shape::number}, {"at", show::Shape::time}, "user", "title"});
    const meta::Entity& users = session.model().with(meta::Role::user);
    for (const knowledge::Version& version : knowledge::versions_of(article))
        rows.row({version.number, shown_time(version.at.iso(), session.env.clock),
                  version.user == 0 ? Value() : Value(session.store().name(users, version.user)),
                  version.title});
    rows.end();
}

int run_kb_versions(Session& session, const Arguments& args) {
    const store::Record article =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    if (args.words.size() < 2)
        list_versions(session, article);
    else
        session.out.write(text::visible(
            knowledge::version_text(knowledge::version_of(article, read_version(args.words[1]))),
            true));
    return 0;
}

}  // namespace

Command kb_versions() {
    return {.help = "List the versions of an article, or print one",
            .needs = Needs::reading,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the article"},
                 {.name = "NUMBER", .help = "the version to print, as Markdown"}},
            .formats = formats::rows,
            .run = run_kb_versions,
            .details =
                "Each change of the title or the text adds a version, with the time and who made "
                "it; an undo takes it back. The first one has the time of created_at.",
            .examples = {{"kb versions k1", ""},
                         {"kb versions k1 1", "what it said then"},
                         {"kb diff k1 1..", "what has changed since"}}};
}

}  // namespace crm::cmd
