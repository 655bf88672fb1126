#pragma once

#include "cmd/cli/session.hpp"

#include <string>

namespace crm::cmd {

/// Throws usage, with the nearest words, where there is no such noun.
const meta::Entity& noun_named(const meta::Model& model, const std::string& word);
/// A noun with the fields that the database, where there is one, declares for it. Throws usage
/// where there is no such noun.
const meta::Entity& described_noun(Session& session, const std::string& word);

}  // namespace crm::cmd
