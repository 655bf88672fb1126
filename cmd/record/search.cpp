#include "store/search.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"

#include <fmt/format.h>

/// search: full text over all nouns.
namespace crm::cmd {
namespace {

using store::Hit;

const meta::Entity* only_noun(Session& session, const Arguments& args) {
    if (!args.has("in"))
        return nullptr;
    const std::string word = args.text("in");
    if (const meta::Entity* noun = session.model().find(word))
        return noun;
    std::vector<std::string> nouns;
    for (const meta::Entity& e : session.model().entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("--in: there is no noun '{}'", text::clipped(word, 40)));
    suggest(e, word, nouns, text::joined(nouns, ", "));
    throw e;
}

/// A line for a person: the record, and the piece of text with its match emphasised.
std::string hit_line(const Hit& hit, bool colour) {
    const std::string_view bold = colour ? "\x1b[1m" : "";
    const std::string_view dim = colour ? "\x1b[2m" : "";
    const std::string_view off = colour ? "\x1b[0m" : "";
    const meta::Entity& entity = *hit.found.entity;
    std::string line = fmt::format("{:<6} {}{}{}", meta::short_id(entity, hit.found.id), bold,
                                   text::visible(text::clipped(hit.label, 40)), off);
    const bool in_name = entity.name() != nullptr && hit.field == entity.name()->name();
    if (hit.piece.empty() || in_name || (entity.name() == nullptr && hit.field.empty()))
        return line + "\n";
    const std::string_view piece = hit.piece;
    line += fmt::format("  {}{}{} ", dim, hit.field, off);
    line += text::visible(piece.substr(0, hit.from));
    line +=
        fmt::format("{}{}{}", bold, text::visible(piece.substr(hit.from, hit.to - hit.from)), off);
    line += text::visible(piece.substr(hit.to));
    return line + "\n";
}

void print_hits(Session& session, const std::vector<Hit>& hits) {
    const bool lines = row_format(session) == show::Format::table && session.fields.empty();
    if (lines) {
        for (const Hit& hit : hits)
            session.out.write(hit_line(hit, style(session).colour));
        return;
    }
    Rows rows(session, {"id", "noun", "name", "field", "match"});
    for (const Hit& hit : hits)
        rows.row({meta::short_id(*hit.found.entity, hit.found.id),
                  std::string(hit.found.entity->noun), hit.label, hit.field, hit.piece});
    rows.end();
}

int run_search(Session& session, const Arguments& args) {
    const auto limit = static_cast<std::size_t>(args.number("limit").value_or(20));
    auto hits = store::search(session.store(), args.words, only_noun(session, args), limit);
    if (!hits)
        throw hits.error();
    print_hits(session, *hits);
    if (hits->empty())
        session.remark_nothing("nothing found");
    if (hits->size() == limit && session.env.err_tty && !session.quiet)
        session.remark(fmt::format("the first {}; --limit shows more", limit));
    return args.flag("exit-empty") && hits->empty() ? 1 : 0;
}

}  // namespace

Command search() {
    return {
        .help = "Search all records for words, best matches first",
        .needs = Needs::reading,
        .arguments = {{.name = "WORDS",
                       .kind = Kind::word,
                       .required = true,
                       .many = true,
                       .help = "words that must all occur; neu* finds words that begin with neu"}},
        .options = {{.name = "in",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "only records of this noun"},
                    {.name = "limit",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "the best N; 20 by default"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .formats = formats::rows_with_id,
        .run = run_search,
        .details =
            "Searches names, addresses, numbers, notes, tags and descriptions of every noun, "
            "ignoring case and accents; Chinese, Japanese and Korean by any two characters. The "
            "text that matched is shown.",
        .examples = {{"search berlin sales", "both words"},
                     {"search '客户'", "two characters are enough"},
                     {"search 'loh*' --in contact", "names that begin with loh"}}};
}

}  // namespace crm::cmd
