// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <jv.h>
#include <jq.h>
