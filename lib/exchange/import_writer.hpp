#pragma once

#include "exchange/fold.hpp"
#include "exchange/import_context.hpp"
#include "exchange/import_files.hpp"
#include "exchange/import_links.hpp"
#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"
#include "exchange/record_matcher.hpp"
#include "exchange/row_digests.hpp"

#include <cstdint>
#include <vector>

namespace crm::exchange {

/// A row with all that is known of it, ready to be written.
struct MatchedRow {
    IncomingRow row;
    form::Draft draft;
    Keys keys;
    std::int64_t company = 0;  ///< 0: none
    std::int64_t record = 0;   ///< 0: a new one
    std::uint64_t digest = 0;
};

/// Writes rows: adds records, or folds a row into the record that it matches.
class ImportWriter {
public:
    ImportWriter(ImportContext& context, ImportMemory& memory, RecordMatcher& matcher,
                 RowDigests& digests, ImportLinks& links)
        : context_(context),
          memory_(memory),
          matcher_(matcher),
          digests_(digests),
          links_(links),
          files_(context) {}

    /// Throws refused or usage where a rule refuses the record; then nothing is taken from
    /// `matched`.
    void write(MatchedRow&& matched);
    /// Writes what was deferred. Call once after the last row.
    void finish();

private:
    bool must_wait(const MatchedRow& matched);
    std::int64_t add(MatchedRow& matched);
    void say_histories(const MatchedRow& matched);
    void update(MatchedRow& matched);
    void remember(const MatchedRow& matched, std::int64_t record);
    void complete(const MatchedRow& matched, std::int64_t record);
    void write_deferred();
    bool try_update(MatchedRow& matched, bool last);
    void retry_refused();

    ImportContext& context_;
    ImportMemory& memory_;
    RecordMatcher& matcher_;
    RowDigests& digests_;
    ImportLinks& links_;
    ImportFiles files_;
    UnitedLists united_;
    std::vector<MatchedRow> deferred_;  // rows of records that are written already, in their order
    std::vector<MatchedRow> refused_;   // of those, what takes a value that a later row may free
};

}  // namespace crm::exchange
