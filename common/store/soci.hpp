// SPDX-License-Identifier: LGPL-2.1-or-later
// SOCI without Boost. Debian's SOCI was built where Boost was; its headers then include Boost's Fusion, for
// templates that nobody here uses, and its package does not depend on it. Private to common/store.
#pragma once

#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME

#include <soci/soci.h>
