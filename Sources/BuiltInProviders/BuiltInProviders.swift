// SPDX-License-Identifier: Apache-2.0

internal import AbstractAPIProvider
internal import AccountStoreProvider
internal import ApolloProvider
internal import BouncerProvider
internal import DeBounceProvider
internal import DropcontactProvider
internal import EmailableProvider
public import Enrichment
internal import FindymailProvider
internal import HunterProvider
internal import KickboxProvider
internal import MailgunProvider
internal import MillionVerifierProvider
internal import NeverBounceProvider
internal import NumverifyProvider
internal import PeopleDataLabsProvider
internal import ProspeoProvider
internal import ReacherProvider
internal import TwilioProvider
internal import VeriphoneProvider
internal import WebsiteProvider
internal import ZeroBounceProvider

extension ProviderCatalog {
    /// The providers that Weir comes with.
    public static let builtIn = ProviderCatalog([
        .abstractAPI,
        .accountStore,
        .apollo,
        .bouncer,
        .deBounce,
        .dropcontact,
        .emailable,
        .findymail,
        .hunter,
        .kickbox,
        .mailgun,
        .millionVerifier,
        .neverBounce,
        .numverify,
        .peopleDataLabs,
        .prospeo,
        .reacher,
        .twilio,
        .veriphone,
        .website,
        .zeroBounce,
    ])
}
