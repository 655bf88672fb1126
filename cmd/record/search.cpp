#include "store/search.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const auto limit = static_cast<std::size_t>(args.number("limit").value_or(20));
    const meta::Entity* noun = nullptr;
    if (args.has("in")) {
        noun = session.model().find(args.text("in"));
        if (noun == nullptr) {
            std::vector<std::string> nouns;
            for (const meta::Entity& e : session.model().entities())
                nouns.emplace_back(e.noun);
            Error e(Fault::usage, "unknown_noun",
                    fmt::format("--in: there is no noun '{}'", text::clipped(args.text("in"), 40)));
            suggest(e, args.text("in"), nouns, text::joined(nouns, ", "));
            throw e;
        }
    }
    auto hits = store::search(session.store(), args.words, noun, limit);
    if (!hits)
        throw hits.error();

    const std::vector<show::Column> columns = {{"id", nullptr},
                                               {"noun", nullptr},
                                               {"name", nullptr},
                                               {"field", nullptr},
                                               {"match", nullptr}};
    const show::Style how = style(session);
    const show::Format format = row_format(session);
    show::Sink sink([&](std::string_view text) { session.out.write(text); });
    if (format == show::Format::table && session.fields.empty()) {
        // For a person: a line per record, the piece with its match standing out.
        for (const store::Hit& hit : *hits) {
            const std::string_view bold = how.colour ? "\x1b[1m" : "",
                                   dim = how.colour ? "\x1b[2m" : "",
                                   off = how.colour ? "\x1b[0m" : "";
            const std::string id = meta::short_id(*hit.found.entity, hit.found.id);
            std::string line = fmt::format("{:<6} {}{}{}", id, bold,
                                           text::visible(text::clipped(hit.label, 40)), off);
            if (!hit.piece.empty() &&
                hit.field !=
                    (hit.found.entity->name() == nullptr ? "" : hit.found.entity->name()->name()))
                line += fmt::format("  {}{}{} {}{}{}{}{}", dim, hit.field, off,
                                    text::visible(hit.piece.substr(0, hit.from)), bold,
                                    text::visible(hit.piece.substr(hit.from, hit.to - hit.from)),
                                    off, text::visible(hit.piece.substr(hit.to)));
            session.out.write(line + "\n");
        }
    } else {
        const auto writer = show::writer(format, columns, how, sink);
        for (const store::Hit& hit : *hits) {
            const std::string id = meta::short_id(*hit.found.entity, hit.found.id);
            const View cells[] = {std::string_view(id), hit.found.entity->noun,
                                  std::string_view(hit.label), std::string_view(hit.field),
                                  std::string_view(hit.piece)};
            const std::span<const View> all(cells);
            const std::vector<show::Cells> row = {all.subspan(0, 1), all.subspan(1, 1),
                                                  all.subspan(2, 1), all.subspan(3, 1),
                                                  all.subspan(4, 1)};
            writer->row(row);
        }
        writer->end();
    }
    if (hits->size() == limit && session.env.err_tty && !session.quiet)
        session.remark(fmt::format("the first {}; --limit shows more", limit));
    return args.flag("exit-empty") && hits->empty() ? 1 : 0;
}

}  // namespace

Command search() {
    return {
        .help = "Search everything for words, best first",
        .needs = Needs::reading,
        .arguments = {{.name = "WORDS",
                       .kind = Kind::word,
                       .required = true,
                       .many = true,
                       .help = "all of them must be there; neu* finds what begins so"}},
        .options = {{.name = "in",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "only records of this noun"},
                    {.name = "limit", .kind = Kind::number, .value = "N", .help = "the best N; 20"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .run = run,
        .details =
            "Names, addresses, numbers, notes, tags and descriptions of every noun are searched, "
            "without regard to case and accents; Chinese, Japanese and Korean by any two "
            "characters. The piece of text that matched is shown.",
        .examples = {{"search berlin sales", "both words"},
                     {"search '客户'", "two characters are enough"},
                     {"search 'loh*' --in contact", "names that begin so"}}};
}

}  // namespace crm::cmd
