from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The composition layer: home page, content pages, navigation. It may import every package."""

    name = "employment_portal.home"
    label = "home"

    def ready(self) -> None:
        from employment_portal.home.audiences import audiences
        from employment_portal.home.navigation import ENTRIES
        from employment_portal.ui import navigation

        navigation.register(*ENTRIES)
        navigation.register_audiences(audiences)
