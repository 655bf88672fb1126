#pragma once

#include "base/error.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What an outside format has of one record, before it is matched with the database. Readers make
/// drafts, export takes them back.
namespace crm::form {

/// A field by its name (contact's, say) and its value in the text form of assignments.
/// Lists are in the form of meta::items_text; parts of an address are given as "address.city".
struct DraftField {
    std::string field;  ///< empty for what has no field and is kept as an extra property
    std::string value;
    bool keep_as_extra = false;  ///< a card's value that may be kept as an extra property when the
                                 ///< field cannot read it
    std::string source;          ///< then: the property line to keep (NAME;PARAM=…:value)
};

/// A file that came with the record (a photo, a sound, a key).
struct Attached {
    std::string role;        ///< photo, logo, sound, key, or empty
    std::string media_type;  ///< image/jpeg; empty when unknown
    std::string bytes;
};

struct Draft {
    std::string noun;  ///< contact, account, …
    std::string file;
    long line = 0;         ///< where it begins, from 1
    std::string_view raw;  ///< the row or card as it is in the file, for --rejects; valid while
                           ///< the draft is taken
    std::vector<DraftField> fields;
    std::vector<Attached> files;
    /// The company a person belongs to, as an account of its own. `role` … of the link are in
    /// `link`.
    std::unique_ptr<Draft> account;
    std::vector<DraftField> link;    ///< role, since, until of the link to `account`
    std::vector<std::string> notes;  ///< what was left out, for a record that is taken

    const std::string* find(std::string_view field) const {
        for (const auto& t : fields)
            if (t.field == field)
                return &t.value;
        return nullptr;
    }
    void set_field(std::string field, std::string value) {
        if (!value.empty())
            fields.push_back({std::move(field), std::move(value), false, {}});
    }
};

/// A row or card that cannot be taken, or a remark about one that was taken.
struct Trouble {
    std::string file;
    long line = 0;
    std::string why;
    bool rejected = true;  ///< false: a warning, the record went in
    std::string raw;       ///< the row as written, for --rejects; may be empty
};

/// Where a reader delivers. Called in file order; the reader keeps nothing.
class Intake {
public:
    virtual ~Intake() = default;
    virtual void take(Draft&& draft) = 0;
    /// The header of a table as it is in the file, before its first row.
    virtual void heading(std::string_view /*raw*/) {}
    virtual void trouble(Trouble&& trouble) = 0;
    /// Bytes of the present file read so far, for the progress line.
    virtual void progress(std::size_t bytes) = 0;
};

}  // namespace crm::form
