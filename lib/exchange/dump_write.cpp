#include "exchange/dump.hpp"
#include "exchange/dump_tables.hpp"
#include "store/custom.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace crm::exchange {

using meta::Entity;
using meta::FieldInfo;

namespace {

constexpr std::size_t most_buffered = std::size_t{1} << 16;

void write_records(store::Store& store, const Entity& entity, bool trash, std::string& out,
                   const std::function<void()>& flush) {
    store::Selection all(store, entity);
    all.trash = trash;
    std::vector<std::string> titles{"id", "uid"};
    for (const FieldInfo& field : entity.fields())
        if (!field.is(meta::mirror) && !field.computed())
            titles.emplace_back(field.name());
    titles.emplace_back("deleted_at");
    for (const std::string& title : titles)
        all.columns.push_back(*store::select_column(entity, title));
    all.each([&](std::span<const std::span<const View>> cells) {
        out += fmt::format("{{\"kind\":\"{}\"", entity.noun);
        for (std::size_t i = 0; i < titles.size(); ++i) {
            out += fmt::format(",\"{}\":", titles[i]);
            if (const FieldInfo* field = all.columns[i].field; field != nullptr)
                meta::json(*field, cells[i], out);
            else if (cells[i].front().null())
                out += "null";
            else
                meta::json_string(cells[i].front().text, out);
        }
        out += "}\n";
        flush();
        return true;
    });
}

/// The nouns in the order in which they are written: fields first, the others' records have them.
std::vector<const Entity*> nouns_to_dump(store::Store& store) {
    auto nouns = store.nouns();
    std::ranges::stable_partition(
        nouns, [](const Entity* noun) { return noun->role == meta::Role::field; });
    return nouns;
}

std::int64_t count_records(store::Store& store, std::span<const Entity* const> nouns) {
    std::int64_t records = 0;
    for (const Entity* noun : nouns) {
        sql::Statement count = store.db().prepare(fmt::format(
            R"(SELECT count(*) FROM {} WHERE "undone" IS NULL)", sql::quoted(noun->noun)));
        if (count.step())
            records += count.integer(0);
    }
    return records;
}

/// Whether somebody has a mail whose links and number only this database can read.
bool has_written_mail(store::Store& store) {
    const auto has = [&](std::string_view table, std::string_view select) {
        return store.db().has_table(table) && store.db().prepare(select).step();
    };
    return has("campaign_mail", R"(SELECT 1 FROM "campaign_mail" LIMIT 1)") ||
           has("mail_recipients", R"(
               SELECT 1 FROM "mail_recipients" r JOIN "mail" m ON m."id" = r."record"
               WHERE m."undone" IS NULL LIMIT 1)");
}

}  // namespace

std::int64_t dump(store::Store& store, const std::function<void(std::string_view)>& write) {
    // Values of fields in the trash come back when the fields are restored, here as there.
    store::join_trashed_fields(store);
    const auto nouns = nouns_to_dump(store);
    // The number of records comes first, so that a file that was cut off is noticed.
    std::string out = fmt::format(R"({{"kind":"store","schema":{},"currency":)", dump_schema);
    meta::json_string(store.currency(), out);
    if (has_written_mail(store))
        out += fmt::format(",\"seed\":\"{:016x}\"", store.seed());
    const std::int64_t records = count_records(store, nouns);
    out += fmt::format(",\"records\":{}}}\n", records);
    const auto flush = [&] {
        if (out.size() < most_buffered)
            return;
        write(out);
        out.clear();
    };
    for (const DumpTable& table : dump_tables())
        if (table.before_records)
            table.write(store, out, flush);
    for (const Entity* noun : nouns) {
        write_records(store, *noun, false, out, flush);
        write_records(store, *noun, true, out, flush);
    }
    for (const DumpTable& table : dump_tables())
        if (!table.before_records)
            table.write(store, out, flush);
    write(out);
    return records;
}

}  // namespace crm::exchange
