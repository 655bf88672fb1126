#pragma once

#include <string>
#include <string_view>

/// SQL expressions that every engine writes alike. Arguments are expressions; see sql/dialect.hpp
/// for those that differ.
namespace crm::sql {

/// The record `alias` is neither deleted nor undone. Without an alias the columns
/// stand alone.
std::string live(std::string_view alias = {});
/// The record `alias` is in the trash: deleted, and not undone.
std::string in_trash(std::string_view alias = {});

/// The month of a day, by which rows are grouped: 2026-11. Of an instant it is Dialect::local_day
/// that says the day.
std::string month_key(std::string_view day);
/// The same of its quarter: 2026-Q4.
std::string quarter_key(std::string_view day);

/// SQL of several lines: those behind the first begin with the indent.
std::string indented(std::string_view sql, std::string_view indent);

/// Seconds of a duration as it is stored (time/duration.hpp): 12min is 720.
std::string duration_seconds(std::string_view duration);

}  // namespace crm::sql
