#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

constexpr std::size_t largest = 256u << 20;

std::string_view media_type(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".pdf", "application/pdf"},   {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},
        {".png", "image/png"},         {".gif", "image/gif"},       {".txt", "text/plain"},
        {".md", "text/markdown"},      {".html", "text/html"},      {".csv", "text/csv"},
        {".json", "application/json"}, {".zip", "application/zip"}, {".mp3", "audio/mpeg"},
        {".wav", "audio/wav"}};
    for (const auto& [ending, type] : types)
        if (name.ends_with(ending))
            return type;
    return "application/octet-stream";
}

int run(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, args.noun, args.words.front());
    const store::Record about = load_not_deleted(session, found);
    const meta::Entity& entity = session.model().get("attachment");
    std::vector<std::pair<std::string, std::string>> files;
    for (std::size_t i = 1; i < args.words.size(); ++i) {
        const std::string& path = args.words[i];
        std::string bytes = path == "-" ? session.read_input() : read_file(path, largest);
        if (bytes.size() > largest)
            throw Error(Fault::refused, "too_big", fmt::format("{} is larger than 256 MiB", path));
        files.emplace_back(path == "-" ? args.text("name") : path.substr(path.rfind('/') + 1),
                           std::move(bytes));
        if (files.back().first.empty())
            throw Error(Fault::usage, "missing", "a file from standard input needs --name");
    }
    Arguments as_attachment = args;
    as_attachment.noun = &entity;
    Change change(session, as_attachment);
    for (const auto& [name, bytes] : files) {
        store::Record made(entity);
        auto read = meta::read(*entity.name(), name, session.reading());
        if (!read)
            throw read.error();
        made.put(*entity.name(), std::move(*read));
        made.put(*entity.find("about"),
                 {Value(std::int64_t{found.entity->number}), Value(found.id)});
        made.put(*entity.find("media_type"), {Value(std::string(media_type(name)))});
        made.put(*entity.find("size"), {Value(static_cast<std::int64_t>(bytes.size()))});
        made.put(*entity.find("hash"), {Value(change.writer.keep_blob(bytes))});
        if (args.has("role"))
            made.put(*entity.find("role"), {Value(args.text("role"))});
        change.writer.add(made);
        change.report.add(made, "added", name + " to " + about.short_id() + " " + about.label());
    }
    return change.end();
}

int save(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, args.noun, args.words.front());
    const store::Record record = session.store().get(*found.entity, found.id);
    sql::Statement get =
        session.store().db().prepare("SELECT \"bytes\" FROM \"blob\" WHERE \"hash\"=?1");
    get.with(record.text(*found.entity->find("hash")));
    if (!get.step())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("the bytes of {} are not in this store", record.short_id()));
    if (!args.has("out") && session.env.out_tty)
        throw Error(
            Fault::usage, "terminal", "a terminal is no place for a file's bytes",
            fmt::format("crm attachment save {} --out {}", record.short_id(), record.label()));
    if (args.has("out"))
        write_file(args.text("out"), get.text(0), !session.dry_run);
    else
        session.out.write(get.text(0));
    return 0;
}

}  // namespace

Command record_attach() {
    return {.help = "Attach files to a record",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"},
                 {.name = "FILE",
                  .kind = Kind::file,
                  .required = true,
                  .many = true,
                  .help = "files; - is standard input"}},
            .options = {{.name = "name",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "the name of what comes from standard input"},
                        {.name = "role",
                         .kind = Kind::word,
                         .value = "ROLE",
                         .help = "photo, logo, sound, key: goes onto cards"}},
            .run = run,
            .details =
                "The bytes are kept in the store, the same bytes once. crm attachment save gives "
                "them back.",
            .examples = {{"account attach acme.example contract.pdf", "a file"},
                         {"attachment list about:any", "what is attached"}}};
}

Command attachment_save() {
    return {.help = "Write an attached file out again",
            .needs = Needs::reading,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the attachment"}},
            .options = {{.name = "out",
                         .kind = Kind::file,
                         .value = "FILE",
                         .help = "where to; standard output otherwise"}},
            .run = save,
            .examples = {{"attachment save at3 --out contract.pdf", ""}}};
}

}  // namespace crm::cmd
