// SPDX-License-Identifier: Apache-2.0

internal import AbstractAPIProvider
internal import AccountStoreProvider
internal import AnymailFinderProvider
internal import ApolloProvider
internal import BetterContactProvider
internal import BouncerProvider
internal import CognismProvider
internal import ContactOutProvider
internal import CoresignalProvider
internal import DatagmaProvider
internal import DeBounceProvider
internal import DropcontactProvider
internal import EmailableProvider
public import Enrichment
internal import EnrowProvider
internal import FindymailProvider
internal import ForagerProvider
internal import FullContactProvider
internal import FullEnrichProvider
internal import GetProspectProvider
internal import GooglePlacesLegacyProvider
internal import GooglePlacesProvider
internal import HunterProvider
internal import IcypeasProvider
internal import KasprProvider
internal import KickboxProvider
internal import LeadMagicProvider
internal import LushaProvider
internal import MailgunProvider
internal import MillionVerifierProvider
internal import NeverBounceProvider
internal import NumverifyProvider
internal import NymeriaProvider
internal import PeopleDataLabsProvider
internal import ProspeoProvider
internal import ReacherProvider
internal import RocketReachProvider
internal import SkrappProvider
internal import SnovProvider
internal import SurfeProvider
internal import TombaProvider
internal import TwilioProvider
internal import VeriphoneProvider
internal import VoilaNorbertProvider
internal import WebsiteProvider
internal import WizaProvider
internal import ZeroBounceProvider
internal import ZoomInfoProvider

extension ProviderCatalog {
    /// The providers that Weir comes with.
    public static let builtIn = ProviderCatalog([
        .abstractAPI,
        .accountStore,
        .anymailFinder,
        .apollo,
        .betterContact,
        .bouncer,
        .cognism,
        .contactOut,
        .coresignal,
        .datagma,
        .deBounce,
        .dropcontact,
        .emailable,
        .enrow,
        .findymail,
        .forager,
        .fullContact,
        .fullEnrich,
        .getProspect,
        .googlePlaces,
        .googlePlacesLegacy,
        .hunter,
        .icypeas,
        .kaspr,
        .kickbox,
        .leadMagic,
        .lusha,
        .mailgun,
        .millionVerifier,
        .neverBounce,
        .numverify,
        .nymeria,
        .peopleDataLabs,
        .prospeo,
        .reacher,
        .rocketReach,
        .skrapp,
        .snov,
        .surfe,
        .tomba,
        .twilio,
        .veriphone,
        .voilaNorbert,
        .website,
        .wiza,
        .zeroBounce,
        .zoomInfo,
    ])
}
