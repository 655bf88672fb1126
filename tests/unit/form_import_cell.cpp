#include "form/import_cell.hpp"

#include <doctest/doctest.h>

using namespace crm::form;

TEST_CASE("a number that is not known exactly is recognised as other programs write it") {
    for (const char* text : {"11-50",     "1,000+",        "~50",
                             "~ 50",      "1 001 - 5 000", "10,001+ employees",
                             "51–200",    "> 1.000",       "<10",
                             "≥ 200",     "ca. 50",        "Ca 50",
                             "over 200",  "über 200",      "50 Mitarbeiter",
                             "1k-5k",     "10K+",          "2 to 10",
                             "11..50",    "51 bis 200",    "1'000 or more",
                             "plus de 50"}) {
        CAPTURE(text);
        CHECK(is_vague_number(text));
    }
}

TEST_CASE("what is no number, or an exact one, is not") {
    for (const char* text : {"", "-", "~", "many", "12,5", "1.200,00", "120", "-5", "+", "11-",
                             "11-50-90", "50; rm", "N/A", "2026-10-01", "1-", "x50", "over"}) {
        CAPTURE(text);
        CHECK_FALSE(is_vague_number(text));
    }
}
