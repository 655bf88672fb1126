#pragma once

#include "exchange/import_context.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace crm::exchange {

/// Files that come with a record (photos, logos, keys): kept as attachments, the same bytes once.
class ImportFiles {
public:
    explicit ImportFiles(ImportContext& context) : context_(context) {}

    void attach(const meta::Entity& owner, std::int64_t record,
                const std::vector<form::Attached>& files);

private:
    void add(const meta::Entity& owner, std::int64_t record, const form::Attached& file,
             const std::string& hash);

    ImportContext& context_;
    std::set<std::string> attached_;  // in this import, by noun, record and hash
};

}  // namespace crm::exchange
