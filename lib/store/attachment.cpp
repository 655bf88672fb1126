#include "store/attachment.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

namespace crm::store {
namespace {

constexpr std::pair<std::string_view, std::string_view> media_types[] = {
    {".pdf", "application/pdf"},   {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},
    {".png", "image/png"},         {".gif", "image/gif"},       {".txt", "text/plain"},
    {".md", "text/markdown"},      {".html", "text/html"},      {".csv", "text/csv"},
    {".json", "application/json"}, {".zip", "application/zip"}, {".mp3", "audio/mpeg"},
    {".wav", "audio/wav"},         {".ics", "text/calendar"}};

std::string media_type(std::string_view name) {
    for (const auto& [ending, type] : media_types)
        if (name.ends_with(ending))
            return std::string(type);
    return "application/octet-stream";
}

}  // namespace

void check_bytes(RuleContext& context, const Record* before, const Record& after) {
    const meta::FieldInfo& field = *after.entity->find("hash");
    const std::string hash = after.text(field);
    if (before != nullptr && before->text(field) == hash)
        return;
    sql::Statement get = context.store().db().prepare(R"(SELECT 1 FROM "blob" WHERE "hash" = ?1)");
    get.with(hash);
    if (!get.step())
        throw Error(Fault::refused, "no_bytes",
                    fmt::format("the database has no file with the hash '{}'",
                                text::visible(text::clipped(hash, 70))),
                    "crm contact attach c1 FILE attaches a file");
}

Record attach(Writer& writer, const Record& about, const std::string& name, std::string_view bytes,
              const std::string& role) {
    if (bytes.size() > largest_attachment)
        throw Error(Fault::refused, "too_big", fmt::format("{} is larger than 256 MiB", name));
    const meta::Entity& entity = writer.store().model().with(meta::Role::file);
    auto title = meta::read(*entity.name(), name, {});
    if (!title)
        throw title.error();
    Record record(entity);
    record.put(*entity.name(), std::move(*title));
    record.put(*entity.find("about"), {Value(std::int64_t{about.entity->number}), Value(about.id)});
    record.put(*entity.find("media_type"), {Value(media_type(name))});
    record.put(*entity.find("size"), {Value(static_cast<std::int64_t>(bytes.size()))});
    record.put(*entity.find("hash"), {Value(writer.keep_blob(bytes))});
    if (!role.empty())
        record.put(*entity.find("role"), {Value(role)});
    writer.add(record);
    return record;
}

std::string attached_bytes(Store& store, const Record& attachment) {
    sql::Statement get = store.db().prepare(R"(SELECT "bytes" FROM "blob" WHERE "hash" = ?1)");
    get.with(attachment.text(*attachment.entity->find("hash")));
    if (!get.step())
        throw Error(
            Fault::not_found, "not_found",
            fmt::format("the database does not have the bytes of {}", attachment.short_id()),
            "a backup may have them");
    return std::string(get.text(0));
}

bool is_attachment(const Record& record) {
    return record.entity->role == meta::Role::file;
}

std::vector<Record> attachments_of(Store& store, const Record& about) {
    const meta::Entity& entity = store.model().with(meta::Role::file);
    sql::Statement get = store.db().prepare(
        R"(SELECT "id", "hash" FROM "attachment" WHERE "about_noun" = ?1 AND "about" = ?2)");
    std::vector<Record> out;
    for (get.with(about.entity->number, about.id); get.step();) {
        if (auto record = store.find(entity, get.integer(0))) {
            out.push_back(std::move(*record));
            continue;
        }
        Record& undone = out.emplace_back(entity);
        undone.id = get.integer(0);
        undone.put(*entity.find("hash"), {Value(std::string(get.text(1)))});
        undone.deleted_at = "undone";
    }
    return out;
}

void remove_bytes(Store& store, const Record& attachment) {
    if (ConsentLedger(store).is_proof(attachment.text(*attachment.entity->find("hash"))))
        return;
    store.db()
        .prepare(R"(
            DELETE FROM "blob"
            WHERE "hash" = ?1
              AND NOT EXISTS (SELECT 1 FROM "attachment" WHERE "hash" = ?1 AND "id" <> ?2))")
        .with(attachment.text(*attachment.entity->find("hash")), attachment.id)
        .run();
}

}  // namespace crm::store
