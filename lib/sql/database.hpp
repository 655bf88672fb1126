#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <functional>
#include <string>

/// Databases as a whole: making one, and bringing one to the schema of this release.
namespace crm::sql {

/// Creates a database and its tables that belong to no noun; `fill` adds the first rows to them.
/// An empty file becomes the database; anything else that has the name stays as it is, and the
/// error is refused. A crash leaves no file, or an empty one. Throws usage where `path` cannot name
/// a file.
void create_database(const std::string& path, const std::function<void(Connection&)>& fill);

/// Makes sure that the database can be opened: it is there, it is ours, and its schema is that of
/// this release; an older one is migrated, in one transaction. Throws not_found where there is
/// none, refused where it is something else or of a newer release, which is left untouched.
void make_current(const std::string& path, const meta::Model& model);

}  // namespace crm::sql
