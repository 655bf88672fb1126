#include "base/yes_no.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("yes and no in the languages of spreadsheets") {
    for (const std::string_view yes :
         {"yes",        "Y",      "TRUE",   "1",      "x",    "WAHR", "VRAI", "VERO", "VERDADERO",
          "VERDADEIRO", "WAAR",   "PRAWDA", "PRAVDA", "IGAZ", "SANT", "SANN", "SAND", "TOSI",
          "DOĞRU",      "ИСТИНА", "ja",     "Oui",    "Sí",   "sim",  "tak",  "是",   " yes "})
        CHECK_MESSAGE(read_yes_no(yes) == true, yes);
    for (const std::string_view no :
         {"no",    "N",        "FALSE", "0",      "FALSCH", "FAUX",  "FALSO",   "ONWAAR",
          "FAŁSZ", "NEPRAVDA", "HAMIS", "FALSKT", "USANN",  "FALSK", "EPÄTOSI", "YANLIŞ",
          "ЛОЖЬ",  "nein",     "Non",   "Não",    "nie",    "否"})
        CHECK_MESSAGE(read_yes_no(no) == false, no);
    for (const std::string_view other : {"", "maybe", "2", "yes!"})
        CHECK_MESSAGE(!read_yes_no(other).has_value(), other);
}
