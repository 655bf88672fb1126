#include "exchange/import_files.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace crm::exchange {
namespace {

/// "photo.jpeg" of a photo that is image/jpeg.
std::string file_name(const form::Attached& file) {
    const std::string_view media_type = file.media_type;
    const std::size_t slash = media_type.find('/');
    const std::string_view ending =
        slash == std::string_view::npos ? "bin" : media_type.substr(slash + 1);
    return fmt::format("{}.{}", file.role.empty() ? "file" : file.role, ending);
}

}  // namespace

void ImportFiles::add(const meta::Entity& owner, std::int64_t record, const form::Attached& file,
                      const std::string& hash) {
    const meta::Entity& entity = context_.store.model().with(meta::Role::file);
    store::Record attachment(entity);
    const auto put = [&](std::string_view field, Value value) {
        attachment.put(*entity.find(field), {std::move(value)});
    };
    attachment.put(*entity.name(), {Value(file_name(file))});
    attachment.put(*entity.find("about"), {Value(std::int64_t{owner.number}), Value(record)});
    put("hash", Value(hash));
    if (!file.role.empty())
        put("role", Value(file.role));
    if (!file.media_type.empty())
        put("media_type", Value(file.media_type));
    put("size", Value(static_cast<std::int64_t>(file.bytes.size())));
    context_.writer.add(attachment);
}

void ImportFiles::attach(const meta::Entity& owner, std::int64_t record,
                         const std::vector<form::Attached>& files) {
    if (files.empty())
        return;
    context_.writer.bulk().wait();
    sql::Statement known = context_.store.db().prepare(R"(
        SELECT 1 FROM "attachment"
        WHERE "about_noun" = ?1 AND "about" = ?2 AND "hash" = ?3
            AND (?4 = '' OR "role" IS NULL OR "role" = ?4))");
    for (const form::Attached& file : files) {
        const std::string hash = context_.writer.keep_blob(file.bytes);
        known.with(owner.number, record, hash, file.role);
        if (known.step())
            continue;
        if (attached_.insert(fmt::format("{} {} {} {}", owner.number, record, hash, file.role))
                .second)
            add(owner, record, file, hash);
    }
}

}  // namespace crm::exchange
