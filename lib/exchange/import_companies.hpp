#pragma once

#include "base/flat_map.hpp"
#include "exchange/draft_reader.hpp"
#include "exchange/fold.hpp"
#include "exchange/import_context.hpp"
#include "exchange/import_links.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"
#include "exchange/record_matcher.hpp"
#include "exchange/row_digests.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace crm::exchange {

/// Whether a row of a table of people is about a company: it has no name, address or number of a
/// person.
bool is_about_a_company(const form::Draft& draft);
/// The draft of that company, with what else the row has and a company can have.
form::Draft company_draft(form::Draft&& draft);

/// The company that a row names: found, or added when the row is written. What a person's row says
/// about a company fills what is empty there and changes nothing else.
class ImportCompanies {
public:
    ImportCompanies(ImportContext& context, ImportMemory& memory, DraftReader& reader,
                    RecordMatcher& matcher, RowDigests& digests, ImportLinks& links)
        : context_(context),
          memory_(memory),
          reader_(reader),
          matcher_(matcher),
          digests_(digests),
          links_(links) {}

    /// Reads the company of a draft into the row.
    Expected<void> read(IncomingRow& row, form::Draft& draft);
    /// The company of a row; 0 if it has none or the company is not there yet.
    Expected<std::int64_t> find(IncomingRow& row);
    /// The same, added if it is not there. Call after `find`.
    Expected<std::int64_t> find_or_add(IncomingRow& row, const form::Draft& draft);

private:
    std::int64_t linked_company(const IncomingRow& row);
    bool take_company_from_links(IncomingRow& row) const;
    Expected<void> look_up(IncomingRow& company);
    void fill_empty_fields(IncomingRow& company);
    void add(IncomingRow& company, const form::Draft& draft);

    ImportContext& context_;
    ImportMemory& memory_;
    DraftReader& reader_;
    RecordMatcher& matcher_;
    RowDigests& digests_;
    ImportLinks& links_;
    UnitedLists united_;
    FlatMap<std::int64_t> by_name_;    // by the digest of the name as given
    FlatMap<std::int64_t> filled_in_;  // by the digest of all that was given with the company
    std::unordered_map<std::string, std::int64_t> by_link_text_;  // of deals and orders
};

}  // namespace crm::exchange
