metadata description = 'Telemetry: a Log Analytics workspace with Application Insights.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Days for which telemetry is kept.')
param retentionDays int

@description('Daily cap of the workspace in GB.')
param dailyCapGb int

@description('Object id of the app\'s identity.')
param appPrincipalId string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher, required to send telemetry

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-cochin-${nameToken}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-cochin-${nameToken}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource maySend 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, metricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Connection string of Application Insights. Not a secret: sending telemetry requires a token.')
output connectionString string = insights.properties.ConnectionString
