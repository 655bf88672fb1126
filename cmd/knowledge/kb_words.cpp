#include "cmd/knowledge/kb_words.hpp"

namespace crm::cmd {

using store::Record;

Argument articles_argument() {
    return {.name = "REF",
            .kind = Kind::reference,
            .many = true,
            .help = "the articles; - reads them from standard input"};
}

int change_articles(Session& session, const Arguments& args,
                    const std::function<void(Record&)>& put, std::string_view result,
                    const std::function<std::string(const Record&)>& more,
                    const std::function<void(Change&, const Record&)>& follow) {
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "no article is given", "crm kb list lists them");
    const auto references = session.references(args.words);
    Change change(session, args);
    for (const store::Found& found : resolve_references(session, args, references)) {
        const Record before = load_not_deleted(session, found);
        Record after = before;
        put(after);
        const bool changed = change.writer.change(before, after);
        if (follow)
            follow(change, after);
        change.report.add(after, changed ? result : "unchanged", changed ? more(after) : "");
    }
    return change.end();
}

}  // namespace crm::cmd
