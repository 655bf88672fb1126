#pragma once

#include "show/writer.hpp"

#include <span>
#include <string>
#include <vector>

/// One record by itself: `crm show`. Each appends to `out`.
namespace crm::show {

/// For people: aligned labels, each value of a list on its own line, long text wrapped under
/// itself, empty fields left out.
void sheet(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
           std::string& out);
/// For programs: `key<TAB>value`, a line for each value, escaped as in tsv; empty fields left out.
void key_values(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
                std::string& out);
/// Writes JSON objects of the same columns, which it only refers to.
class JsonObjects {
public:
    JsonObjects(std::span<const Column> columns, const Style& style);

    /// Appends an object without a line end.
    void add(std::span<const Cells> values, std::string& out) const;

private:
    std::span<const Column> columns_;
    const Style& style_;
    std::vector<std::string> keys_;  // what comes before each value, made once: `,"name":`
};
/// One JSON object on a line.
void json_object(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
                 std::string& out);

}  // namespace crm::show
