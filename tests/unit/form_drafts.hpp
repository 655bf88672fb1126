#pragma once

#include "form/draft.hpp"
#include "meta/entity.hpp"

#include <string>
#include <vector>

inline const crm::meta::Model& model() {
    static const crm::meta::Model all;
    return all;
}

/// Keeps what a reader delivers, for the tests of readers.
struct Drafts : crm::form::Intake {
    std::vector<crm::form::Draft> drafts;
    std::vector<crm::form::Trouble> troubles;

    void take(crm::form::Draft&& draft) override { drafts.push_back(std::move(draft)); }
    void trouble(crm::form::Trouble&& trouble) override { troubles.push_back(std::move(trouble)); }
    void progress(std::size_t) override {}

    std::string at(std::size_t i, std::string_view field) const {
        const auto* value = i < drafts.size() ? drafts[i].find(field) : nullptr;
        return value ? *value : "";
    }
    std::string account(std::size_t i, std::string_view field) const {
        const auto* value =
            i < drafts.size() && drafts[i].account ? drafts[i].account->find(field) : nullptr;
        return value ? *value : "";
    }
};
