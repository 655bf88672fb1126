#include "store/gate.hpp"

#include "store/store.hpp"

#include <algorithm>
#include <utility>

namespace crm::store {

void Gate::change(const Record* before, Record& after) {
    for (const Rule& rule : rules_)
        if (concerns(rule, after)) {
            if (rule.complete != nullptr)
                rule.complete(context_, before, after);
            if (rule.check != nullptr)
                rule.check(context_, before, after);
        }
}

void Gate::load(Record& record) {
    for (const Rule& rule : rules_)
        if (concerns(rule, record) && rule.asked != Asked::changes) {
            if (rule.complete != nullptr)
                rule.complete(context_, nullptr, record);
            if (rule.check != nullptr && rule.asked == Asked::always)
                rule.check(context_, nullptr, record);
        }
}

void Gate::put_back(const Record* before, Record& after) {
    for (const Rule& rule : rules_)
        if (concerns(rule, after) && rule.asked != Asked::changes) {
            if (rule.complete != nullptr)
                rule.complete(context_, before, after);
            if (rule.check != nullptr && rule.asked == Asked::always)
                rule.check(context_, before, after);
        }
    std::optional<Record> was;
    if (before != nullptr && before->deleted_at.empty())
        was = *before;
    put_back_.try_emplace({after.entity, after.id}, std::move(was));
}

void Gate::remove(const Record& record) {
    for (const Rule& rule : rules_)
        if (concerns(rule, record) && rule.remove != nullptr)
            rule.remove(context_, record);
}

void Gate::restore(const Record& record) {
    for (const Rule& rule : rules_)
        if (concerns(rule, record) && rule.asked != Asked::changes && rule.check != nullptr)
            rule.check(context_, nullptr, record);
}

void Gate::check_settled() {
    for (const auto& [found, before] : std::exchange(put_back_, {})) {
        const auto record = context_.find(*found.entity, found.id);
        if (!record || !record->deleted_at.empty())
            continue;
        for (const Rule& rule : rules_)
            if (concerns(rule, *record) && rule.asked == Asked::settled && rule.check != nullptr)
                rule.check(context_, before ? &*before : nullptr, *record);
    }
}

TakenBack Gate::take_back(const Record& record) {
    TakenBack out;
    for (const Rule& rule : rules_)
        if (concerns(rule, record) && rule.take_back != nullptr) {
            const TakenBack one = rule.take_back(context_, record);
            out.stays = out.stays || one.stays;
            out.all += one.all;
            out.left += one.left;
        }
    return out;
}

bool Gate::takes_back(const meta::Entity& entity) const {
    return std::ranges::any_of(rules_, [&](const Rule& rule) {
        return concerns(rule, entity) && rule.take_back != nullptr;
    });
}

void Gate::finish() {
    for (const Rule& rule : rules_)
        if (rule.finish != nullptr)
            rule.finish(context_);
}

void Gate::written(const Record* before, const Record& after) {
    for (const Rule& rule : rules_)
        if (concerns(rule, after) && rule.after != nullptr)
            rule.after(context_, before, after);
}

}  // namespace crm::store
