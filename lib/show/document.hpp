#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A printed document for a customer, a quote or an order, as texts that are formatted already.
namespace crm::show {

struct Document {
    std::string language = "en";  ///< ISO 639
    std::string title;
    std::vector<std::string> seller, customer;                ///< address lines
    std::vector<std::pair<std::string, std::string>> facts;   ///< name and value
    std::vector<std::string> head;                            ///< of the table
    std::vector<std::vector<std::string>> rows;               ///< as many cells as `head`
    std::vector<std::pair<std::string, std::string>> totals;  ///< name and amount
    std::vector<std::string> paragraphs;                      ///< below the table
};

/// One HTML page that needs no other file and prints on paper.
std::string document_html(const Document& document);
std::string document_markdown(const Document& document);
/// The table and the totals alone.
std::string document_table_markdown(const Document& document);

}  // namespace crm::show
