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

int run(Context& context, const Given& given) {
    const store::Found found = named_one(context, given.noun, given.words.front());
    const store::Record about = live(context, found);
    const meta::Entity& entity = context.model().get("attachment");
    std::vector<std::pair<std::string, std::string>> files;
    for (std::size_t i = 1; i < given.words.size(); ++i) {
        const std::string& path = given.words[i];
        std::string bytes = path == "-" ? context.read_input() : read_file(path, largest);
        if (bytes.size() > largest)
            throw Error(Fault::refused, "too_big", fmt::format("{} is larger than 256 MiB", path));
        files.emplace_back(path == "-" ? given.value("name") : path.substr(path.rfind('/') + 1),
                           std::move(bytes));
        if (files.back().first.empty())
            throw Error(Fault::usage, "missing", "a file from standard input needs --name");
    }
    Given as_attachment = given;
    as_attachment.noun = &entity;
    Change change(context, as_attachment);
    for (const auto& [name, bytes] : files) {
        store::Record made(entity);
        auto read = meta::read(*entity.name(), name, context.reading());
        if (!read)
            throw read.error();
        made.put(*entity.name(), std::move(*read));
        made.put(*entity.find("about"),
                 {Value(std::int64_t{found.entity->number}), Value(found.id)});
        made.put(*entity.find("media_type"), {Value(std::string(media_type(name)))});
        made.put(*entity.find("size"), {Value(static_cast<std::int64_t>(bytes.size()))});
        made.put(*entity.find("hash"), {Value(change.writer.keep_blob(bytes))});
        if (given.has("role"))
            made.put(*entity.find("role"), {Value(given.value("role"))});
        change.writer.add(made);
        change.told.tell(made, "added", name + " to " + about.short_id() + " " + about.label());
    }
    return change.end();
}

int save(Context& context, const Given& given) {
    const store::Found found = named_one(context, given.noun, given.words.front());
    const store::Record record = context.store().get(*found.entity, found.id);
    sql::Statement get =
        context.store().db().prepare("SELECT \"bytes\" FROM \"blob\" WHERE \"hash\"=?1");
    get.with(record.text(*found.entity->find("hash")));
    if (!get.step())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("the bytes of {} are not in this store", record.short_id()));
    if (!given.has("out") && context.around.out_tty)
        throw Error(
            Fault::usage, "terminal", "a terminal is no place for a file's bytes",
            fmt::format("crm attachment save {} --out {}", record.short_id(), record.label()));
    if (given.has("out"))
        write_file(given.value("out"), get.text(0), !context.dry_run);
    else
        context.out.write(get.text(0));
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
