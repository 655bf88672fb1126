#include "cmd/knowledge/kb_words.hpp"

namespace crm::cmd {

Argument articles_argument() {
    return {.name = "REF",
            .kind = Kind::reference,
            .many = true,
            .help = "the articles; - reads them from standard input"};
}

}  // namespace crm::cmd
