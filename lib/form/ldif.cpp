#include "form/ldif.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "form/import_plan.hpp"
#include "form/vcard.hpp"
#include "form/vcard_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace crm::form {
namespace {

/// Attributes, lower case, and what they are for (see Spelling).
constexpr Spelling attributes[] = {
    {"cn|commonname|displayname", "name"},
    {"givenname|gn", "given_name"},
    {"sn|surname", "family_name"},
    {"mozillanickname", "nickname"},
    {"mail|mozillasecondemail|rfc822mailbox", "emails"},
    {"telephonenumber", "phones(work)"},
    {"homephone", "phones(home)"},
    {"mobile|cellphone|mobiletelephonenumber", "phones(mobile)"},
    {"facsimiletelephonenumber|fax", "phones(work, fax)"},
    {"pager|pagerphone", "phones(pager)"},
    {"o|organizationname|company", "account.name"},
    {"ou|department|departmentnumber|orgunit", "department"},
    {"title", "title"},
    {"street|streetaddress|postaladdress|mozillaworkstreet2", "address(work).street"},
    {"l|locality|localityname", "address(work).city"},
    {"st|region|stateorprovincename", "address(work).region"},
    {"postalcode|zip", "address(work).postcode"},
    {"c|co|countryname|friendlycountryname", "address(work).country"},
    {"mozillahomestreet|homepostaladdress|mozillahomestreet2", "address(home).street"},
    {"mozillahomelocalityname", "address(home).city"},
    {"mozillahomestate", "address(home).region"},
    {"mozillahomepostalcode", "address(home).postcode"},
    {"mozillahomecountryname", "address(home).country"},
    {"labeleduri|mozillaworkurl|workurl", "urls(work)"},
    {"mozillahomeurl|homeurl", "urls(home)"},
    {"description|notes", "description"},
    {"preferredlanguage", "language"},
    {"birthyear", "birthday.year"},
    {"birthmonth", "birthday.month"},
    {"birthday", "birthday.day"},
    {"entryuuid", "ref"},
};

constexpr std::string_view not_kept[] = {"dn", "objectclass", "changetype", "modifytimestamp",
                                         "version"};
constexpr std::string_view people[] = {"person",
                                       "organizationalperson",
                                       "inetorgperson",
                                       "mozillaabpersonalpha",
                                       "residentialperson",
                                       "newpilotperson"};

/// The attributes as columns of a table, so that they go the way of all tables.
struct Columns {
    std::vector<std::string> heads;
    std::vector<bool> listed;  ///< whether the field holds several values
    std::unordered_map<std::string_view, std::size_t> places;
    RowPlan plan;

    explicit Columns(const meta::Model& model)
        : plan(model, model.with(meta::Role::person), "ldif") {
        for (const Spelling& spelling : attributes) {
            const meta::FieldInfo* field =
                plan.entity().find(spelling.target.substr(0, spelling.target.find('(')));
            for (const std::string_view name : text::split(spelling.headers, '|')) {
                plan.map(heads.size(), spelling.target, {});
                places.emplace(name, heads.size());
                listed.push_back(field != nullptr && field->is(meta::many));
                heads.push_back(
                    content_line({{}, "X-COLUMN", {{"NAME", std::string(name)}}, {}, 0}));
            }
        }
        plan.finish();
    }
};

constexpr std::size_t most_text = ContentLines::most_text, most_binary = ContentLines::most_binary;

struct Entry {
    long line = 0;
    std::size_t from = 0;  ///< byte at which it begins
    std::string refusal{};
    bool person = false, classified = false;
    std::vector<std::string> cells{};
    std::string extra{};
    std::vector<Attached> files{};

    bool begun() const { return line > 0; }
};

class LdifReader {
public:
    LdifReader(std::string_view bytes, const std::string& file, const meta::Model& model,
               Intake& intake)
        : bytes_(bytes), file_(file), intake_(intake), columns_(model) {}

    void read() {
        Entry entry;
        std::string folded;
        while (at_ < bytes_.size()) {
            const std::size_t from = at_;
            const long number = line_ + 1;
            std::string_view line = next_line();
            if (line.empty()) {
                close(entry);
                continue;
            }
            if (at_ < bytes_.size() && bytes_[at_] == ' ') {
                folded = line.substr(0, most_binary + 1);
                while (at_ < bytes_.size() && bytes_[at_] == ' ')
                    if (const auto more = next_line().substr(1);
                        folded.size() + more.size() <= 2 * most_binary)
                        folded += more;
                line = folded;
            }
            if (line.front() == '#')
                continue;
            if (!entry.begun()) {
                if (line.starts_with("version:"))
                    continue;
                entry.line = number;
                entry.from = from;
                entry.cells.resize(columns_.heads.size());
            }
            if (entry.refusal.empty())
                take(line, number, entry);
        }
        close(entry);
    }

private:
    std::string_view next_line() {
        const auto end = std::min(bytes_.find('\n', at_), bytes_.size());
        std::string_view line = bytes_.substr(at_, end - at_);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        at_ = std::min(end + 1, bytes_.size());
        ++line_;
        return line;
    }

    void take(std::string_view line, long number, Entry& entry) {
        const auto colon = line.substr(0, most_text).find(':');
        if (colon == std::string_view::npos || colon == 0) {
            entry.refusal = fmt::format("line {} is not an attribute", number);
            return;
        }
        // Options (cn;lang-ja) do not change what the attribute is.
        const std::string name = text::lower_ascii(line.substr(0, std::min(line.find(';'), colon)));
        const bool is_photo = name == "jpegphoto" || name == "photo";
        if (line.size() > (is_photo ? most_binary : most_text)) {
            entry.refusal = fmt::format("line {} is longer than {} MiB", number, is_photo ? 32 : 1);
            return;
        }
        std::string_view rest = line.substr(colon + 1);
        if (rest.starts_with('<')) {
            intake_.trouble({file_,
                             number,
                             fmt::format("{} is an address and is not fetched", name),
                             false,
                             {}});
            return;
        }
        const bool base64 = rest.starts_with(':');
        if (base64)
            rest.remove_prefix(1);
        rest = text::trimmed(rest);
        std::string bytes = base64 ? from_base64(rest) : std::string(rest);
        if (bytes.empty())
            return;
        if (is_photo) {
            entry.files.push_back({"photo", "image/jpeg", std::move(bytes)});
            return;
        }
        value(name,
              text::valid(bytes) && bytes.find('\0') == std::string::npos ? std::move(bytes)
                                                                          : text::sanitised(bytes),
              entry);
    }

    void value(const std::string& name, std::string text, Entry& entry) {
        if (name == "objectclass") {
            entry.classified = true;
            entry.person = entry.person ||
                           std::ranges::find(people, text::lower_ascii(text)) != std::end(people);
        } else if (name == "changetype" && text != "add") {
            entry.refusal = fmt::format("changetype {} is not taken, only add", text);
        }
        if (std::ranges::find(not_kept, name) != std::end(not_kept))
            return;
        if (name.ends_with("postaladdress"))
            std::ranges::replace(text, '$', '\n');  // its line break (RFC 4517 3.3.28)
        if (const auto place = columns_.places.find(name); place != columns_.places.end()) {
            std::string& cell = entry.cells[place->second];
            if (cell.empty() || columns_.listed[place->second]) {
                cell += (cell.empty() ? "" : " ::: ") + text;
                return;
            }
            if (cell == text)
                return;
        }
        if (!entry.extra.empty())
            entry.extra += '\n';
        entry.extra += content_line({{}, "X-COLUMN", {{"NAME", name}}, escaped(text), 0});
    }

    void close(Entry& entry) {
        if (entry.begun())
            deliver(entry);
        entry = {};
    }

    void deliver(Entry& entry) {
        // With the empty line that ends it, so that rejected entries stay apart.
        const std::string_view raw = bytes_.substr(entry.from, at_ - entry.from);
        const auto trouble = [&](std::string why, bool rejected) {
            intake_.trouble({file_, entry.line, std::move(why), rejected, kept_raw(raw)});
        };
        if (!entry.refusal.empty())
            return trouble(std::move(entry.refusal), true);
        if (entry.classified && !entry.person)
            return trouble("this entry is not a person", false);
        const std::vector<std::string_view> cells(entry.cells.begin(), entry.cells.end());
        auto draft = columns_.plan.draft(cells, columns_.heads, {});
        if (!draft)
            return trouble("this entry has no name, e-mail address or telephone number", true);
        draft->file = file_;
        draft->line = entry.line;
        draft->raw = raw;
        if (draft->account) {
            draft->account->file = file_;
            draft->account->line = entry.line;
        }
        draft->files = std::move(entry.files);
        const auto extra = std::ranges::find(draft->fields, "extra", &DraftField::field);
        if (extra == draft->fields.end())
            draft->set_field("extra", std::move(entry.extra));
        else if (!entry.extra.empty())
            extra->value.append("\n").append(entry.extra);
        intake_.take(std::move(*draft));
        intake_.progress(at_);
    }

    std::string_view bytes_;
    const std::string& file_;
    Intake& intake_;
    Columns columns_;
    std::size_t at_ = 0;
    long line_ = 0;
};

}  // namespace

void import_ldif(std::string_view bytes, const std::string& file, const meta::Model& model,
                 Intake& intake) {
    LdifReader(bytes, file, model, intake).read();
}

}  // namespace crm::form
