#pragma once

#include "base/text.hpp"
#include "exchange/importer.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Within exchange: what the parts of the importer share.
namespace crm::exchange {

/// Where a told field goes.
struct Importer::Target {
    enum class Way {
        ignore,
        id,
        uid,
        value,
        part,
        list,
        mirror,
        link,
        rows,
        unknown
    } way = Way::unknown;
    const meta::FieldInfo* field = nullptr;
    std::size_t part = 0;
};

/// Rows that say what is sold: the same product may stand there twice, so that lists of them are
/// taken as a whole.
inline bool sold(const meta::FieldInfo& field) {
    return field.type() == meta::Type::rows && field.rows.front().to != nullptr &&
           field.rows.front().to->noun == "product" && !field.rows.front().is(meta::unique);
}

/// A draft read by its types, before it meets a record.
struct Importer::Incoming {
    explicit Incoming(const meta::Entity& entity) : record(entity) {}
    store::Record record;
    std::string
        name;  ///< as told, whole or in parts; empty when only an address or a number stands for it
    std::int64_t id = 0;
    std::vector<std::pair<const meta::FieldInfo*, std::string>>
        links;  ///< of single links and rows, still as text
    std::vector<std::pair<const meta::FieldInfo*, std::string>>
        front;  ///< values told as the first of their list
    std::vector<std::string> extra;
    std::unique_ptr<form::Draft> account;
    std::unique_ptr<Incoming> company;
    Keys keys{};                  ///< of a company
    std::string key;              ///< the value of --key
    std::string company_name;     ///< when no more than its name is told
    std::int64_t company_id = 0;  ///< then, once it is known
    std::string account_text;     ///< role, since, until of the link to the company
};

/// A row that tells more of a record, and waits until the record may be asked for.
struct Importer::DeferredRow {
    Incoming in;
    std::int64_t account, record;
    form::Draft draft;
    std::uint64_t row;  ///< its digest
};
inline constexpr std::size_t put_off_limit = 2048;

inline std::string text_of(const store::Record& record, std::string_view field) {
    const meta::FieldInfo* f = record.entity->find(field);
    return f == nullptr || f->cells == 0 ? std::string() : record.text(*f);
}

/// The town of a person's address, folded.
inline std::string town_of(const store::Record& record) {
    const meta::FieldInfo* address = record.entity->find("address");
    if (address == nullptr)
        return {};
    const auto* city = std::get_if<std::string>(&record.of(*address)[2]);
    return city == nullptr ? std::string() : text::folded(*city);
}

/// A row among people that tells of no person: it is about the company.
bool names_only_a_company(const form::Draft& draft);
/// The company, with what else the row told and a company can have.
form::Draft company_of(form::Draft&& draft);

}  // namespace crm::exchange
