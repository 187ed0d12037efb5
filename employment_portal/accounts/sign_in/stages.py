from allauth.account.stages import EmailVerificationStage


class ConfirmEmailStage(EmailVerificationStage):
    """An e-mail address must be confirmed before its first use; people with a mobile number need none."""

    def handle(self):
        user = self.login.user
        if user is not None and not user.email:
            return None, True
        return super().handle()
