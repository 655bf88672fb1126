#pragma once

#include "store/resolve.hpp"
#include "store/rule.hpp"

#include <map>
#include <optional>
#include <span>

namespace crm::store {

/// The one gate through which every change of a record goes: it asks the rules.
class Gate {
public:
    Gate(std::span<const Rule> rules, RuleContext& context) : rules_(rules), context_(context) {}

    /// Completes and checks what is added (`before` is null) or changed. Throws refused or usage.
    void change(const Record* before, Record& after);
    /// The same for a record from the export of a whole database. When all of it is written,
    /// `check_contents` asks the rules that look at other records.
    void load(Record& record);
    /// The same of what undo and redo put back; what looks at other records is asked by
    /// `check_settled`, when all of it is in place.
    void put_back(const Record* before, Record& after);
    void put_back(const meta::Entity& entity, std::int64_t id) {
        put_back_.insert_or_assign({&entity, id}, std::nullopt);
    }
    void check_settled();
    /// Checks a record that goes to the trash.
    void remove(const Record& record);
    /// Checks a record that is restored from the trash.
    void restore(const Record& record);
    /// Takes back what came of a record that an undo removes.
    TakenBack take_back(const Record& record);
    bool takes_back(const meta::Entity& entity) const;
    /// When everything is written: what is derived from several records.
    void finish();
    /// After a record was written: what follows from it.
    void written(const Record* before, const Record& after);

private:
    static bool concerns(const Rule& rule, const meta::Entity& entity) {
        return rule.noun.empty() || rule.noun == entity.noun;
    }
    static bool concerns(const Rule& rule, const Record& record) {
        return concerns(rule, *record.entity);
    }

    std::span<const Rule> rules_;
    RuleContext& context_;
    /// What undo or redo put back, as it was before; nothing where it was not there or in the
    /// trash. A value that stays as it was is not undo's fault and does not stop it.
    std::map<Found, std::optional<Record>> put_back_;
};

}  // namespace crm::store
