#pragma once

#include "sales/document_language.hpp"
#include "show/document.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Quotes and orders as documents for the customer; lib/show/document.hpp writes them as HTML and
/// Markdown.
namespace crm::sales {

struct PrintedRecord {
    show::Document document;
    std::vector<std::string> warnings;  ///< why the document has no total
};

/// `seller` is the name and address of the seller, line by line; it may be empty.
PrintedRecord document_of(store::Store& store, const Clock& clock, const store::Record& record,
                          const DocumentLanguage& language, std::string_view seller);

/// The line items with their totals as a Markdown table in English.
std::string lines_as_markdown(store::Store& store, const store::Record& record);

}  // namespace crm::sales
