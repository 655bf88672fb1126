#pragma once

#include "cmd/cli/change_report.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
