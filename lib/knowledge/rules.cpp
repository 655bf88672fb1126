#include "knowledge/rules.hpp"

#include "knowledge/uses.hpp"
#include "knowledge/versions.hpp"

namespace crm::knowledge {

using store::Asked;
using store::Rule;

namespace {

constexpr Rule knowledge_rules[] = {
    {.noun = "kb", .complete = record_versions},
    {.noun = "kb", .complete = record_publication, .asked = Asked::changes},
    {.noun = "ticket", .after = count_uses, .asked = Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return knowledge_rules;
}

}  // namespace crm::knowledge
