#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The SQL of a report file, in parts: marks and parameters, and what is between them.
namespace crm::report {

struct SqlPart {
    enum class Kind : unsigned char {
        text,       ///< as it is, with its quotes and comments
        mark,       ///< what is between the braces of {where}
        parameter,  ///< the name of :owner
    };
    Kind kind = Kind::text;
    std::string_view text;
    int line = 0;  ///< in the file
};

/// A statement that cannot be taken apart, such as an open brace.
struct BadSqlText {
    std::string message;
    int line = 0;
};

/// Quotes and comments are never marks or parameters, nor is the :: of a cast. `line` is the one of
/// the file in which the text begins. Throws BadSqlText.
std::vector<SqlPart> sql_parts(std::string_view sql, int line);

/// Texts between commas that are not within parentheses, braces or quotes.
std::vector<std::string_view> split_at_commas(std::string_view sql);

/// A column of a SELECT: `sum(x) AS total`.
struct SelectItem {
    std::string sql;   ///< sum(x)
    std::string name;  ///< total; empty where AS is missing
};
/// The columns of the first SELECT that is not within parentheses.
std::vector<SelectItem> select_items(std::string_view sql);

/// Where a word (in capitals) stands outside of parentheses and quotes, from `from` on; npos when
/// it does not.
std::size_t find_keyword(std::string_view sql, std::string_view keyword, std::size_t from = 0);

/// The column that the ORDER BY of the statement begins with; empty where it is an expression.
std::string first_of_order(std::string_view sql);

/// A name that stands for a table, anywhere (after FROM, JOIN, IN or a comma of FROM), and the line
/// of the text in which it stands.
struct TableName {
    std::string name;
    int line = 0;
};
std::vector<TableName> table_names(std::string_view sql);

/// The expression in parentheses where it has an operator outside of its own.
std::string as_operand(std::string_view sql);

/// How many lines a text begins.
int line_breaks(std::string_view text);

}  // namespace crm::report
